import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import type { DriveIntent } from '../../../drivers/drive/index.ts';
import { address, always, createBench, startedBench } from './bench.ts';

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 10_000,
  acceleration: 100_000,
  deceleration: 100_000,
});

describe('stopping', () => {
  test('a moving drive is stopped by one frame in the stop lane and proved at rest by a read after it', async () => {
    const { drive, machine, line, clock, settle } = await startedBench();
    await settle(drive.execute(moveTo(50_000), always));
    await clock.advance(100);
    line.frames.length = 0;

    const proof = await settle(drive.stop());

    const [stop] = line.writes();
    expect(line.writes()).toHaveLength(1);
    expect(stop).toMatchObject({ lane: 'stop', address: address('controlword'), values: [2] });
    expect(proof.atRest).toBe(true);
    expect(drive.latest()!.sampledAtMs).toBeGreaterThan(proof.acknowledgedAtMs!);
    expect(machine.power).toBe('quickStop');
  });

  test('a move under way is fenced at every instant: after the stop no trigger leaves and nothing moves', async () => {
    for (let delayMs = 0; delayMs <= 40; delayMs++) {
      const { drive, machine, line, clock, settle } = await startedBench();
      const move = drive.execute(moveTo(50_000), always);
      const outcome = move.then(
        () => 'accepted',
        (error: { executed: string }) => error.executed,
      );
      await clock.advance(delayMs);
      const triggered = line.frames.some(({ lane }) => lane === 'trigger');

      const proof = await settle(drive.stop());
      const stopAt = line.frames.findIndex(({ lane }) => lane === 'stop');
      const at = machine.position;
      await clock.advance(1000);

      expect(line.frames.slice(stopAt + 1).filter(({ kind }) => kind === 'write')).toEqual([]);
      expect(machine.position).toBe(at);
      expect(proof.atRest).toBe(true);
      expect(triggered ? ['unknown', 'accepted'] : ['no']).toContain(await outcome);
    }
  });

  test('intents that wait behind a stopped one are fenced as well', async () => {
    const { drive, machine, settle } = await startedBench();
    const first = drive.execute(moveTo(5000), always);
    const second = drive.execute(moveTo(6000), always);
    const results = Promise.allSettled([first, second]);

    await settle(drive.stop());

    expect((await settle(results)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(machine.motions).toEqual([]);
  });

  test('two stops at once, by REST and by message, are one frame and one proof', async () => {
    const { drive, line, settle } = await startedBench();
    line.frames.length = 0;

    const proofs = await settle(Promise.all([drive.stop(), drive.stop(0)]));

    expect(proofs.map(({ atRest }) => atRest)).toEqual([true, true]);
    expect(line.frames.map(({ lane }) => lane).filter((lane) => lane !== 'fast')).toEqual(['stop', 'write']);
  });

  test('one that joins another whose frame is lost sends its own at once', async () => {
    const { drive, line, settle } = await startedBench();
    let lost = 0;
    line.mishap = ({ lane }) => (lane === 'stop' && lost++ < 1 ? 'lose-answer' : null);

    const [, second] = await settle(Promise.all([drive.stop(), drive.stop(0)]));

    expect(second).toMatchObject({ acknowledgedAtMs: expect.any(Number) as number, atRest: true });
  });

  test('a stop whose answers are lost is repeated until one comes', async () => {
    const { drive, line, settle } = await startedBench();
    let lost = 0;
    line.mishap = ({ lane }) => (lane === 'stop' && lost++ < 3 ? 'lose-answer' : null);

    const proof = await settle(drive.stop());

    expect(line.frames.filter(({ lane }) => lane === 'stop')).toHaveLength(4);
    expect(proof).toMatchObject({ acknowledgedAtMs: expect.any(Number) as number, atRest: true });
  });

  test('a drive that never answers is given up, and nothing is claimed', async () => {
    const { drive, line, clock, settle } = await startedBench();
    line.mishap = () => 'lose-answer';
    const startMs = clock.nowMs();

    const proof = await settle(drive.stop(300));

    expect(proof).toEqual({ acknowledgedAtMs: null, atRest: false });
    expect(clock.nowMs() - startMs).toBeLessThan(450);
  });

  test('a drive that was not enabled is proved at rest by the state it reads', async () => {
    const { drive, settle } = await startedBench({}, false);

    expect(await settle(drive.stop())).toMatchObject({ atRest: true });
  });

  test('a drive that goes on in spite of the quick stop is not called at rest', async () => {
    const { drive, machine, settle } = await startedBench();
    await settle(drive.execute(moveTo(500_000), always));
    const serve = machine.serve.bind(machine);
    machine.serve = (frame) => (frame.kind === 'write' ? [] : serve(frame));

    expect(await settle(drive.stop(200))).toMatchObject({
      acknowledgedAtMs: expect.any(Number) as number,
      atRest: false,
    });
  });

  test('a shaft that still turns is not at rest, although the drive is off', async () => {
    const { drive, machine, clock, settle } = await startedBench({}, false);
    machine.velocity = 5000;
    const serve = machine.serve.bind(machine);
    machine.serve = (frame) => (frame.kind === 'write' ? [] : serve(frame));
    const coasting = await settle(drive.stop(100));
    machine.velocity = 0;
    await clock.advance(50);

    expect(coasting.atRest).toBe(false);
    expect((await settle(drive.stop(100))).atRest).toBe(true);
  });

  test('a stop that comes before the drive was ever identified waits for that and is sent', async () => {
    const { drive, machine, heard, settle } = createBench();
    drive.start(heard);

    expect(await settle(drive.stop())).toMatchObject({ atRest: true });
    expect(machine.power).toBe('disabled');
  });

  test('a stop that waits is sent as soon as the line is back, and as soon as the drive answers again', async () => {
    const { drive, line, clock, settle } = await startedBench();
    const stopsAfterMs = (sinceMs: number): readonly number[] =>
      line.frames.filter(({ lane, atMs }) => lane === 'stop' && atMs >= sinceMs).map(({ atMs }) => atMs - sinceMs);

    line.setState('offline');
    const pulled = drive.stop(10_000);
    await clock.advance(4321);
    const backMs = clock.nowMs();
    line.setState('online');
    expect((await settle(pulled)).atRest).toBe(true);
    expect(stopsAfterMs(backMs)[0]).toBeLessThan(10);

    let probes = 0;
    let answersMs = 0;
    line.mishap = ({ lane }) => {
      if (answersMs === 0 && lane === 'fast' && ++probes === 5) answersMs = clock.nowMs();
      return answersMs > 0 ? null : 'lose-request';
    };
    await clock.advance(1000);
    const silent = drive.stop(20_000);
    expect((await settle(silent)).atRest).toBe(true);
    expect(stopsAfterMs(answersMs)[0]).toBeLessThan(30);
  });

  test('stopping twice is as good as once', async () => {
    const { drive, settle } = await startedBench();

    const proofs = await settle(Promise.all([drive.stop(), drive.stop()]));

    expect(proofs.map(({ atRest }) => atRest)).toEqual([true, true]);
  });

  test('after a stop the drive is enabled again by transition 16, with its own position as the target', async () => {
    const { drive, machine, clock, settle } = await startedBench();
    await settle(drive.execute(moveTo(50_000), always));
    await clock.advance(100);
    await settle(drive.stop());
    const at = machine.position;

    await settle(drive.execute({ kind: 'enable' }, always));
    await clock.advance(500);

    expect([machine.power, machine.position]).toEqual(['enabled', at]);
    expect(machine.get('targetPosition')).toBe(Math.round(at));
  });
});
