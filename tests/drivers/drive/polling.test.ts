import { describe, expect, test } from 'vitest';
import { createVirtualClock, Counts } from '../../../drivers/base/index.ts';
import { createDrive } from '../../../drivers/drive/index.ts';
import { address, always, listen, profile, settleOn, startedBench, type Bench } from './bench.ts';
import { FakeDrive } from './fake-drive.ts';
import { FakeLine } from './fake-line.ts';

async function pollsIn(ms: number, { line, clock }: Bench): Promise<number> {
  line.frames.length = 0;
  await clock.advance(ms);
  return line.frames.filter(({ lane, address: at }) => lane === 'fast' && at === 0).length;
}

const away = {
  kind: 'moveTo',
  target: Counts(50_000),
  velocity: 10_000,
  acceleration: 1e5,
  deceleration: 1e5,
} as const;

describe('polling', () => {
  test('a drive at rest is read ten times a second, a moving one as fast as the line and the floor allow', async () => {
    const bench = await startedBench();

    const idle = await pollsIn(1000, bench);
    await bench.settle(bench.drive.execute(away, always));
    const moving = await pollsIn(1000, bench);

    expect(idle).toBe(10);
    expect(moving).toBeGreaterThanOrEqual(90);
    expect(moving).toBeLessThanOrEqual(101);
  });

  test('after a command it is read fast for half a second, although it does not move yet', async () => {
    const bench = await startedBench();
    await bench.settle(bench.drive.execute({ kind: 'disarm' }, always));

    expect(await pollsIn(400, bench)).toBeGreaterThan(30);
    await bench.clock.advance(300);
    expect(await pollsIn(1000, bench)).toBe(10);
  });

  test('the watchdog of the drive sees at least three polls in its time, however slow the idle rate', async () => {
    const bench = await startedBench({ pollIdleMs: () => 5000, watchdogMs: 300 });

    expect(await pollsIn(3000, bench)).toBeGreaterThanOrEqual(30);
  });

  test('slow values are read once a second and stand in every sample', async () => {
    const bench = await startedBench();
    bench.machine.set('temperature', 44.5);

    await bench.clock.advance(1200);
    bench.line.frames.length = 0;
    await bench.clock.advance(5000);

    expect(bench.line.frames.filter((frame) => frame.address === address('temperature'))).toHaveLength(5);
    expect(bench.drive.latest()!.state).toMatchObject({ temperature: 44.5, supplyVoltage: 24 });
  });

  test('samples are numbered without gaps and bear the instant of their question', async () => {
    const { heard, line, clock } = await startedBench();
    await clock.advance(1000);

    const numbers = heard.samples.map((sample) => sample.number);

    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    for (const sample of heard.samples)
      expect(sample.sampledAtUnixMs - sample.sampledAtMs).toBe(clock.unixMs() - clock.nowMs());
    const questions = line.frames
      .filter(({ lane, address: at }) => lane === 'fast' && at === 0)
      .map(({ atMs }) => atMs);
    expect(heard.samples.slice(-questions.length).map(({ sampledAtMs }) => sampledAtMs)).toEqual(questions);
  });

  test('a fresh sample is one whose read left after the question', async () => {
    const { drive, line, clock, settle } = await startedBench();
    await clock.advance(93);
    while (line.frames.at(-1)?.lane !== 'fast' || line.frames.at(-1)!.atMs < clock.nowMs() - 3) await clock.advance(1);
    const askedAtMs = clock.nowMs();
    const underWay = line.frames.at(-1)!;

    const sample = await settle(drive.fresh(1000));

    expect(underWay.atMs).toBeLessThanOrEqual(askedAtMs);
    expect(sample.sampledAtMs).toBeGreaterThan(askedAtMs);
  });

  test('a fresh sample is read when it is asked for, not when the next poll is due', async () => {
    const { drive, clock, settle } = await startedBench({ pollIdleMs: () => 1000, watchdogMs: null });
    const askedAtMs = clock.nowMs();

    await settle(drive.fresh(900));

    expect(clock.nowMs() - askedAtMs).toBeLessThan(50);
  });

  test('a fresh sample that does not come in time is an error', async () => {
    const { drive, line, settle } = await startedBench();
    line.mishap = () => 'lose-request';

    await expect(settle(drive.fresh(50))).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('eight moving drives share a slow line evenly, each with at most one fast poll queued', async () => {
    const clock = createVirtualClock();
    const line = new FakeLine(clock);
    const units = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const unit of units) {
      line.drives.set(unit, new FakeDrive(profile, clock));
      const options = {
        line,
        unit,
        profile,
        clock,
        watchdogMs: 500,
        quickStopDeceleration: 1000,
        pollIdleMs: () => 10,
      };
      createDrive(options).start(listen());
    }
    await clock.advance(2000);
    line.frames.length = 0;
    let most = 0;

    for (let ms = 0; ms < 2000; ms++) {
      await clock.advance(1);
      most = Math.max(most, ...units.map((unit) => line.queued(unit, 'fast')));
    }

    const shares = units.map(
      (unit) => line.frames.filter((frame) => frame.unit === unit && frame.lane === 'fast').length,
    );
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2);
    expect(Math.min(...shares)).toBeGreaterThan(40);
    expect(most).toBe(1);
  });

  test('a dead drive on the line does not keep the others from being read', async () => {
    const clock = createVirtualClock();
    const line = new FakeLine(clock);
    line.drives.set(1, new FakeDrive(profile, clock));
    const heard = listen();
    for (const unit of [1, 2]) {
      const options = { line, unit, profile, clock, watchdogMs: 500, quickStopDeceleration: 1000 };
      createDrive(options).start(unit === 1 ? heard : listen());
    }
    await settleOn(clock, clock.sleep(20_000));
    const before = heard.samples.length;

    await clock.advance(5000);

    expect(heard.samples.length - before).toBeGreaterThanOrEqual(48);
  });
});
