import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import type { DriveIntent } from '../../../drivers/drive/index.ts';
import { address, always, startedBench, type Bench } from './bench.ts';
import type { Frame } from './fake-frame.ts';

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 10_000,
  acceleration: 100_000,
  deceleration: 100_000,
});

/** Everything but polls and stops, in words. */
function story(frames: readonly Frame[]): readonly string[] {
  return frames
    .filter(({ lane }) => lane !== 'fast' && lane !== 'slow')
    .map(({ kind, lane, address: at, values, count }) =>
      kind === 'read' ? `read ${count} at ${at}` : `${lane} ${values.join(' ')} at ${at}`,
    );
}

const turn = (velocity: number): DriveIntent => ({
  kind: 'moveVelocity',
  velocity,
  acceleration: 1000,
  deceleration: 1000,
});

const losing =
  (mishap: 'lose-answer' | 'lose-request', is: (frame: Frame) => boolean) =>
  (bench: Bench): void => {
    let isDone = false;
    bench.line.mishap = (frame) => {
      if (isDone || !is(frame)) return null;
      isDone = true;
      return mishap;
    };
  };
const isTrigger = (frame: Frame): boolean => frame.lane === 'trigger';

describe('carrying out intents', () => {
  test('what a power cycle broke off ends with it, and holds up nothing that comes after', async () => {
    const { drive, machine, clock, settle } = await startedBench();
    await settle(drive.execute(moveTo(100_000), always));
    // the ramp of a disable takes its time: the drive shows "switched on" only after it
    machine.isSlowToSwitchOff = true;
    const disabled = Promise.allSettled([drive.execute({ kind: 'disable' }, always)]);
    await clock.advance(100);

    machine.reboot();
    await clock.advance(1000);

    expect((await settle(disabled))[0]).toMatchObject({ status: 'rejected', reason: { code: 'FENCED' } });
    await settle(drive.execute({ kind: 'enable' }, always));
    expect(machine.power).toBe('enabled');
  });

  test('a move is seven frames: look, write, verify, trigger, acknowledge, lower the bit, free', async () => {
    const { drive, line, settle } = await startedBench();

    await settle(drive.execute(moveTo(20_000), always));

    expect(story(line.frames)).toEqual([
      'read 13 at 0',
      'write 0 20000 0 10000 1 34464 1 34464 at 34',
      'read 8 at 34',
      'trigger 63 at 32',
      'read 13 at 0',
      'write 15 at 32',
      'read 13 at 0',
    ]);
  });

  test('an accepted move reports the set-point counter that proves it, and the drive goes there', async () => {
    const { drive, machine, clock, settle } = await startedBench();
    const before = drive.latest()!.state.setpointCounter!;

    const done = await settle(drive.execute(moveTo(5000), always));
    await clock.advance(1000);

    expect(done).toMatchObject({ setpointCounter: before + 1, resolved: false });
    expect(done.acknowledgedAtMs).toBeLessThan(clock.nowMs());
    expect(machine.position).toBe(5000);
    expect(machine.motions).toEqual(['to 5000']);
  });

  test('a parameter that reads back differently never becomes a motion', async () => {
    const bench = await startedBench();
    const { drive, machine, settle } = bench;
    const serve = machine.serve.bind(machine);
    machine.serve = (frame) => {
      const words = serve(frame);
      if (frame.kind === 'write' && frame.address === address('targetPosition'))
        machine.words.set(frame.address + 1, 1);
      return words;
    };

    await expect(settle(drive.execute(moveTo(5000), always))).rejects.toMatchObject({
      code: 'NOT_VERIFIED',
      executed: 'no',
    });
    expect(machine.motions).toEqual([]);
  });

  test('a target that its register cannot hold writes nothing at all', async () => {
    const { drive, line, settle } = await startedBench();

    await expect(settle(drive.execute(moveTo(2 ** 31), always))).rejects.toMatchObject({ code: 'UNSUPPORTED' });

    expect(line.writes()).toEqual([]);
  });

  test('a trigger whose answer was lost but that was obeyed is resolved by reading back, and never sent twice', async () => {
    const bench = await startedBench();
    losing('lose-answer', isTrigger)(bench);

    const doubts: string[] = [];
    const onDoubt = (): void => void doubts.push(bench.machine.motions.join());
    const done = await bench.settle(bench.drive.execute(moveTo(5000), { ...always, onDoubt }));

    expect(done.resolved).toBe(true);
    expect(doubts).toEqual(['to 5000']);
    expect(bench.line.frames.filter(isTrigger)).toHaveLength(1);
    expect(bench.machine.motions).toEqual(['to 5000']);
  });

  test('a trigger that never arrived is reported as not executed, and not sent again', async () => {
    const bench = await startedBench();
    losing('lose-request', isTrigger)(bench);

    await expect(bench.settle(bench.drive.execute(moveTo(5000), always))).rejects.toMatchObject({
      code: 'TIMEOUT',
      executed: 'no',
    });

    expect(bench.line.frames.filter(isTrigger)).toHaveLength(1);
    expect(bench.machine.motions).toEqual([]);
  });

  test('a trigger that cannot be resolved because the drive is silent is unknown', async () => {
    const { line, drive, settle } = await startedBench();
    let isSilent = false;
    line.mishap = (frame) => {
      isSilent ||= isTrigger(frame);
      return isSilent ? 'lose-answer' : null;
    };

    await expect(settle(drive.execute(moveTo(5000), always))).rejects.toMatchObject({ executed: 'unknown' });
  });

  test('lost answers to parameters and commands are asked for again', async () => {
    const bench = await startedBench();
    let lost = 0;
    bench.line.mishap = ({ lane }) => (lane === 'write' && lost++ % 2 === 0 ? 'lose-answer' : null);

    await bench.settle(bench.drive.execute(moveTo(5000), always));

    expect(bench.machine.motions).toEqual(['to 5000']);
  });

  test('a drive that does not acknowledge fails the step, and the drive may have acted', async () => {
    const { drive, machine, settle } = await startedBench();
    machine.isDeaf = true;

    await expect(settle(drive.execute(moveTo(5000), always))).rejects.toMatchObject({
      code: 'STEP_TIMEOUT',
      executed: 'unknown',
    });
  });

  test('after a set-point that was not acknowledged the next move still makes a clean edge', async () => {
    const { drive, machine, settle } = await startedBench();
    machine.isDeaf = true;
    await settle(drive.execute(moveTo(5000), always)).catch(() => undefined);
    machine.isDeaf = false;

    await settle(drive.execute(moveTo(7000), always));

    expect(machine.motions).toEqual(['to 7000']);
  });

  test('no trigger leaves once the intent is no longer wanted', async () => {
    const { drive, line, machine, settle } = await startedBench();

    const move = drive.execute(moveTo(5000), { stillWanted: () => line.writes().length === 0 });

    await expect(settle(move)).rejects.toMatchObject({ code: 'FENCED', executed: 'no' });
    expect(machine.motions).toEqual([]);
  });

  test('no trigger leaves after its time', async () => {
    const { drive, machine, clock, settle } = await startedBench();

    const move = drive.execute(moveTo(5000), { ...always, notAfterMs: clock.nowMs() + 12 });

    await expect(settle(move)).rejects.toMatchObject({ code: 'EXPIRED', executed: 'no' });
    expect(machine.motions).toEqual([]);
  });

  test('intents are carried out one after the other', async () => {
    const { drive, machine, settle } = await startedBench();

    await settle(Promise.all([drive.execute(moveTo(5000), always), drive.execute(moveTo(6000), always)]));

    expect(machine.motions).toEqual(['to 5000', 'to 6000']);
  });

  test('a fault while waiting ends the move at once with the text of the fault', async () => {
    const { drive, machine, clock, settle } = await startedBench();
    machine.isDeaf = true;
    const move = drive.execute(moveTo(5000), always);
    move.catch(() => undefined);
    await clock.advance(60);
    machine.fail(0x8611);

    await expect(settle(move)).rejects.toMatchObject({ code: 'FAULT', message: /Following error/ });
  });

  test('halt holds, and the next move overwrites the pending target instead of resuming it', async () => {
    const { drive, machine, clock, line, settle } = await startedBench();
    await settle(drive.execute(moveTo(50_000), always));
    await clock.advance(200);
    await settle(drive.execute({ kind: 'halt' }, always));
    await clock.advance(500);
    const rest = machine.position;
    line.frames.length = 0;

    await settle(drive.execute(moveTo(100), always));
    await clock.advance(2000);

    expect(rest).toBeLessThan(50_000);
    expect(machine.position).toBe(100);
    expect(line.writes().findIndex(({ address: at }) => at === address('targetPosition'))).toBeLessThan(
      line.writes().findIndex(({ address: at }) => at === address('controlword')),
    );
  });

  test('homing moves and is attained; the next move switches the mode back and needs a free buffer', async () => {
    const { drive, machine, clock, settle } = await startedBench();

    await settle(
      drive.execute(
        { kind: 'home', method: 19, position: Counts(250), fast: 1000, slow: 100, acceleration: 10_000 },
        always,
      ),
    );
    const atStart = drive.latest()!.state.homing;
    await clock.advance(300);
    const atEnd = drive.latest()!.state;
    await settle(drive.execute(moveTo(500), always));
    await clock.advance(300);

    expect([atStart, atEnd.homing, atEnd.position]).toEqual(['running', 'attained', 250]);
    expect(machine.motions).toEqual(['home', 'to 500']);
    expect(machine.position).toBe(500);
  });

  test('declaring the position never moves', async () => {
    const { drive, machine, clock, settle } = await startedBench();

    await settle(drive.execute({ kind: 'setPosition', position: Counts(1234) }, always));
    await clock.advance(200);

    expect(machine.motions).toEqual(['set position']);
    expect(drive.latest()!.state.position).toBe(1234);
  });

  test('a velocity is verified before halt is lowered; a running one is changed without a pause', async () => {
    const { drive, machine, settle } = await startedBench();
    machine.set('targetVelocity', 99_999);
    await settle(drive.execute(turn(500), always));
    await settle(drive.execute(turn(-300), always));

    expect(machine.motions).toEqual(['at 500', 'at -300']);
  });

  test('an armed drive waits for the trigger, starts alone on request, and nothing starts it after a disarm', async () => {
    const { drive, machine, settle } = await startedBench();
    const arm = { ...moveTo(3000), kind: 'arm', group: 7 } as DriveIntent;

    await settle(drive.execute(arm, always));
    const waiting = [...machine.motions];
    const started = await settle(drive.execute({ kind: 'startArmed' }, always));
    await settle(drive.execute(arm, always));
    await settle(drive.execute({ kind: 'disarm' }, always));

    expect(waiting).toEqual([]);
    expect(machine.motions).toEqual(['to 3000']);
    expect(started.setpointCounter).toBe(1);
    await expect(settle(drive.execute({ kind: 'startArmed' }, always))).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('enabling never moves, whatever the targets said before', async () => {
    const { drive, machine, settle, clock } = await startedBench({}, false);
    machine.position = 777;
    machine.set('targetPosition', 40_000);
    machine.set('targetVelocity', 40_000);
    machine.set('modeDisplay', 3);

    await settle(drive.execute({ kind: 'enable' }, always));
    await clock.advance(500);

    expect([machine.power, machine.position, machine.motions]).toEqual(['enabled', 777, []]);
    expect([machine.get('targetPosition'), machine.get('targetVelocity')]).toEqual([777, 0]);
  });

  test('a fault is reset by an edge, and enabling is a step of its own', async () => {
    const { drive, machine, settle } = await startedBench();
    machine.fail(0x8611);

    await expect(settle(drive.execute({ kind: 'enable' }, always))).rejects.toMatchObject({ code: 'FAULT' });
    await settle(drive.execute({ kind: 'resetFault' }, always));

    expect(machine.power).toBe('disabled');
  });

  test('disabling walks down to switch on disabled', async () => {
    const { drive, machine, settle } = await startedBench();

    await settle(drive.execute({ kind: 'disable' }, always));

    expect(machine.power).toBe('disabled');
  });
});
