import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { startTwin, unitProfile, type Side, type TwinBench } from '../support/twin-bench.ts';

const TURN = unitProfile.countsPerRevolution;

const moveTo = (target: number, velocity = 2 * TURN): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity,
  acceleration: 20 * TURN,
  deceleration: 20 * TURN,
});
const turn = (velocity: number): DriveIntent => ({
  kind: 'moveVelocity',
  velocity,
  acceleration: 20 * TURN,
  deceleration: 20 * TURN,
});
// `+ 0` turns -0 into 0
const at = ({ machine }: Side) => Math.round(machine.plant().position) + 0;

async function enabled(options: Parameters<typeof startTwin>[0] = {}): Promise<TwinBench> {
  const bench = await startTwin(options);
  await bench.left.run({ kind: 'enable' });
  return bench;
}

describe('two motors in one unit', () => {
  test('are enabled together without moving, and each is moved there and back by itself', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    expect([left.state().power, right.state().power]).toEqual(['enabled', 'enabled']);
    expect(bench.motions()).toEqual([]);

    await left.run(moveTo(20_000));
    await clock.advance(6000);
    expect([at(left), at(right)]).toEqual([20_000, 0]);
    await right.run(moveTo(-9000));
    await clock.advance(4000);
    expect([at(left), at(right)]).toEqual([20_000, -9000]);
    await left.run(moveTo(0));
    await clock.advance(6000);

    expect([left.state().position, right.state().position]).toEqual([0, -9000]);
    expect([left.state().moving, left.state().targetReached]).toEqual([false, null]);
    expect(new Set(bench.motions().map(({ cause }) => cause.by))).toEqual(new Set(['frame']));
    expect([...left.heard.links, ...right.heard.links]).toEqual([]);
  });

  test('move at the same time, started one after the other', async () => {
    const bench = await enabled();
    await bench.left.run(moveTo(20_000));
    await bench.right.run(moveTo(20_000));
    await bench.clock.advance(300);
    expect([bench.left.state().moving, bench.right.state().moving]).toEqual([true, true]);
    await bench.clock.advance(6000);
    expect([at(bench.left), at(bench.right)]).toEqual([20_000, 20_000]);
  });

  test('a halt of one leaves the other on its way; it never turns round and never passes its old target', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(40_000));
    await right.run(moveTo(30_000));
    await clock.advance(1000);
    const before = at(left);
    const seen = left.heard.samples.length;

    await left.run({ kind: 'halt' });
    await clock.advance(1500);
    const halted = at(left);
    await clock.advance(6000);

    expect(halted).toBeGreaterThan(before);
    expect(halted).toBeLessThan(40_000);
    expect([at(left), at(right)]).toEqual([halted, 30_000]);
    const positions = left.heard.samples.slice(seen).map(({ state }) => state.position!);
    expect(positions.every((position, index) => position >= (positions[index - 1] ?? 0) - 2)).toBe(true);
    expect(left.state().power).toBe('enabled');
  });

  test('a stop of one is a stop of both, at rest, and each says so', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(40_000));
    await right.run(moveTo(-40_000));
    await clock.advance(1000);

    const proof = await bench.settle(left.drive.stop());
    await clock.advance(300);

    expect(proof.atRest).toBe(true);
    expect([left.state().power, right.state().power]).toEqual(['quick-stop', 'quick-stop']);
    expect([left.machine.plant().velocity, right.machine.plant().velocity]).toEqual([0, 0]);
    const rest = at(right);
    await right.run({ kind: 'enable' });
    await clock.advance(2000);
    expect([at(right), right.state().power]).toEqual([rest, 'enabled']);
  });

  test('what one was about to do when the other was stopped is dropped', async () => {
    const bench = await enabled();
    const { left, right } = bench;
    const mark = bench.mark();
    const begun = right.drive.execute(moveTo(20_000), { stillWanted: () => true }).catch((error: Error) => error);
    await bench.clock.advance(25);
    const stopped = left.drive.stop();

    const error = await bench.settle(begun);
    await bench.settle(stopped);
    await bench.clock.advance(3000);

    expect(error).toMatchObject({ code: 'FENCED', executed: 'no' });
    expect(bench.motions(mark)).toEqual([]);
  });

  test('a stop of motors that were off leaves them off', async () => {
    const bench = await startTwin();
    const proof = await bench.settle(bench.left.drive.stop());
    await bench.clock.advance(300);
    expect([proof.atRest, bench.left.state().power, bench.right.state().power]).toEqual([true, 'disabled', 'disabled']);
  });

  test('disabling one in motion brings both to rest before the power goes', async () => {
    const bench = await enabled();
    await bench.right.run(moveTo(40_000));
    await bench.clock.advance(1000);
    await bench.left.run({ kind: 'disable' });
    await bench.clock.advance(2000);
    expect([bench.left.state().power, bench.right.state().power]).toEqual(['disabled', 'disabled']);
    expect(bench.right.machine.plant().velocity).toBe(0);
    expect(at(bench.right)).toBeLessThan(40_000);
  });
});

describe('speed and position', () => {
  test('one motor turns and halts; then it goes to a position', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(turn(-3 * TURN));
    await clock.advance(2000);
    const turning = left.machine.plant().velocity;
    await left.run({ kind: 'halt' });
    await clock.advance(1500);
    const halted = left.machine.plant().velocity;
    await left.run(moveTo(0));
    await clock.advance(8000);

    expect(turning).toBeCloseTo(-3 * TURN, -3);
    expect([halted, at(left), at(right)]).toEqual([0, 0, 0]);
  });

  test('no motor changes the mode while the other moves in it', async () => {
    const bench = await enabled();
    await bench.left.run(moveTo(40_000));
    await bench.clock.advance(500);
    await expect(bench.right.run(turn(TURN))).rejects.toMatchObject({ code: 'WRONG_STATE', executed: 'no' });
    await bench.clock.advance(9000);
    expect([at(bench.left), at(bench.right)]).toEqual([40_000, 0]);
  });

  test('a speed that somebody left in a register turns nothing when the motors are enabled', async () => {
    const bench = await startTwin();
    await bench.settle(bench.left.drive.writeRegister(0x200d, 3)).catch(() => undefined);
    bench.line.take({
      frame: Uint8Array.of(1, 6, 0x20, 0x89, 0, 0x64, 0x52, 0x0b),
      firstByteMs: bench.clock.nowMs(),
      deliver: () => undefined,
    });
    await bench.clock.advance(50);
    await bench.left.run({ kind: 'enable' });
    await bench.clock.advance(1000);
    await bench.left.run(turn(TURN));
    await bench.clock.advance(1000);
    expect(bench.right.machine.plant().velocity).toBe(0);
    expect(bench.left.machine.plant().velocity).toBeCloseTo(TURN, -2);
  });

  test('the position can be made 0, for targets as well as for what is shown, and for one motor alone', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(20_000));
    await right.run(moveTo(5000));
    await clock.advance(6000);
    await left.run({ kind: 'setPosition', position: Counts(0) });
    const declared = left.state().position;
    const mark = bench.mark();
    await clock.advance(1000);
    expect([declared, right.state().position, bench.motions(mark)]).toEqual([0, 5000, []]);
    await left.run(moveTo(1000));
    await clock.advance(3000);
    expect([at(left), at(right)]).toEqual([1000, 5000]);
    await expect(left.run({ kind: 'setPosition', position: Counts(7) })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('trouble', () => {
  test('an alarm of one motor ends the motion of both; a reset of one clears it, and both can be enabled again', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(40_000));
    await right.run(moveTo(40_000));
    await clock.advance(1000);
    left.machine.injectFault('over-current', { atMs: clock.nowMs() });
    await clock.advance(3000);

    expect(left.state()).toMatchObject({ power: 'fault', fault: { code: 4, text: 'Over-current' } });
    expect(right.state()).toMatchObject({ power: 'disabled', fault: null, warning: true });
    expect([left.machine.plant().velocity, right.machine.plant().velocity]).toEqual([0, 0]);
    await expect(right.run({ kind: 'enable' })).rejects.toMatchObject({ code: 'FAULT' });
    await left.run({ kind: 'resetFault' });
    await right.run({ kind: 'enable' });
    await right.run(moveTo(0));
    await clock.advance(9000);
    expect(at(right)).toBe(0);
  });

  test('a lost answer to the start word is resolved by what the unit shows, and the motor starts once', async () => {
    const bench = await enabled();
    const { clock, line, left, right } = bench;
    await right.run(moveTo(1000));
    await clock.advance(1000);
    // parameters take two frames, the start word is the third write
    line.addMishap({ kind: 'drop', functionCode: 6, count: 1 });
    const executed = await left.run(moveTo(20_000)).catch((error: unknown) => error);
    await clock.advance(7000);

    expect(at(left)).toBe(20_000);
    expect(executed).toMatchObject({ setpointCounter: null });
    const starts = bench.frames().filter(({ address, values }) => address === 0x200e && values?.[0] === 0x11);
    expect(starts).toHaveLength(1);
  });

  test('a start word that never arrives is not reported as obeyed', async () => {
    const bench = await enabled();
    const { clock, line, left } = bench;
    await left.run(moveTo(1000));
    await clock.advance(2000);
    const mark = bench.mark();
    const lost = left.drive.execute(moveTo(5000), {
      stillWanted() {
        line.addMishap({ kind: 'drop', way: 'request', functionCode: 6, count: 1 });
        return true;
      },
    });
    await expect(bench.settle(lost)).rejects.toMatchObject({ executed: 'unknown' });
    await clock.advance(2000);
    expect(bench.motions(mark)).toEqual([]);
  });

  test('the watchdog that the unit has on from the factory stops both when the line is cut, and they come back latched', async () => {
    const bench = await enabled();
    const { clock, line, left, right } = bench;
    await left.run(moveTo(400_000));
    await right.run(moveTo(400_000));
    await clock.advance(1000);
    const mark = bench.mark();
    line.addMishap({ kind: 'unplug' });
    await clock.advance(3000);
    const rest = [at(left), at(right)];
    line.clearMishaps();
    await clock.advance(9000);

    expect(bench.motions(mark).map(({ kind, cause }) => [kind, cause.by])).toEqual([
      ['change', 'watchdog'],
      ['change', 'watchdog'],
      ['stop', 'watchdog'],
      ['stop', 'watchdog'],
    ]);
    expect([left.state().power, right.state().power]).toEqual(['quick-stop', 'quick-stop']);
    expect([at(left), at(right)]).toEqual(rest);
    expect(left.heard.links.map(({ state }) => state)).toEqual(['offline', 'online']);
  });

  test('a power cycle is reported to both, and both are configured again', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(400_000));
    await clock.advance(1000);
    left.machine.injectFault('reboot', { atMs: clock.nowMs() });
    await clock.advance(9000);

    expect([left.heard.reboots, right.heard.reboots]).toEqual([1, 1]);
    expect(await bench.settle(left.drive.readRegisters(0x2000, 1))).toEqual([500]);
    expect([left.state().power, right.state().power]).toEqual(['disabled', 'disabled']);
  });

  test('the input for an emergency stop stops both', async () => {
    const bench = await enabled();
    const { clock, left, right } = bench;
    await left.run(moveTo(400_000));
    await clock.advance(1000);
    right.machine.injectFault('stop-input', { atMs: clock.nowMs() });
    await clock.advance(500);
    expect([left.state().power, left.machine.plant().velocity]).toEqual(['quick-stop', 0]);
  });
});

describe('one poll', () => {
  test('serves both drives: as many status reads as for one, and both are as fresh', async () => {
    const bench = await startTwin({ pollIdleMs: () => 100 });
    const { clock, left, right } = bench;
    const mark = bench.mark();
    const counts = [left.heard.samples.length, right.heard.samples.length];
    await clock.advance(5000);

    const reads = bench.frames(mark).filter(({ functionCode, address }) => functionCode === 3 && address === 0x20a2);
    const taken = [left.heard.samples.length - counts[0]!, right.heard.samples.length - counts[1]!];
    expect(reads.length).toBeGreaterThan(45);
    expect(reads.length).toBeLessThan(56);
    expect(taken).toEqual([reads.length, reads.length]);
    expect(left.drive.latest()!.sampledAtMs).toBe(right.drive.latest()!.sampledAtMs);
  });

  test('goes on for one when the other is closed', async () => {
    const bench = await startTwin({ pollIdleMs: () => 100 });
    await bench.settle(bench.left.drive.close());
    const seen = bench.right.heard.samples.length;
    await bench.clock.advance(2000);
    expect(bench.right.heard.samples.length - seen).toBeGreaterThan(15);
  });

  test('a fresh reading is one that was sent after it was asked for, whoever sent it', async () => {
    const bench = await startTwin({ pollIdleMs: () => 100 });
    const askedAtMs = bench.clock.nowMs();
    const before = bench.right.drive.latest()?.number ?? 0;
    const sample = await bench.settle(bench.right.drive.fresh(1000));
    expect(sample.number).toBeGreaterThan(before);
    expect(sample.sampledAtMs).toBeGreaterThanOrEqual(askedAtMs);
  });
});
