import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';

const profile = shippedProfile('leadshine-pr-rs');
const mechanics = placeMechanics({ range: [0, 200_000], homePosition: 0, homingMethod: -4, approach: 5000 });

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 50_000,
  acceleration: 200_000,
  deceleration: 200_000,
});
const home: DriveIntent = {
  kind: 'home',
  method: 17,
  position: Counts(0),
  fast: 10_000,
  slow: 2000,
  acceleration: 100_000,
};
const turn: DriveIntent = { kind: 'moveVelocity', velocity: -20_000, acceleration: 100_000, deceleration: 100_000 };

const start = (options: Parameters<typeof startFamily>[1] = {}): Promise<FamilyBench> =>
  startFamily(profile, { ...options, simulated: { mechanics, ...options?.simulated } });
async function enabled(options: Parameters<typeof startFamily>[1] = {}): Promise<FamilyBench> {
  const bench = await start(options);
  await bench.run({ kind: 'enable' });
  return bench;
}
/** Every motion was asked for by a frame that the drive took. */
const causes = (bench: FamilyBench, since?: number) => bench.motions(since).map(({ cause }) => cause.by);

describe('a Leadshine drive', () => {
  test('is enabled without moving, homed, moved there and back, turned, halted and stopped', async () => {
    const bench = await enabled();
    const { clock, machine, drive } = bench;
    expect(bench.motions()).toEqual([]);

    await bench.run(home);
    await clock.advance(5000);
    const homed = bench.state();
    await bench.run(moveTo(40_000));
    await clock.advance(3000);
    const there = { plant: machine.plant().position, state: bench.state() };
    await bench.run(moveTo(1000));
    await clock.advance(3000);
    const back = machine.plant().position;
    await bench.run(turn);
    await clock.advance(500);
    const turning = machine.plant().velocity;
    await bench.run({ kind: 'halt' });
    await clock.advance(1000);
    const halted = machine.plant().velocity;
    await bench.run(moveTo(30_000));
    await clock.advance(400);
    const proof = await bench.settle(drive.stop());

    expect(homed).toMatchObject({ homing: 'attained', referenced: true, moving: false });
    expect(Math.abs(homed.position!)).toBeLessThan(100);
    expect(there.plant).toBeCloseTo(40_000, -1);
    expect(there.state).toMatchObject({ moving: false, targetReached: true });
    expect(back).toBeCloseTo(1000, -1);
    expect(turning).toBeCloseTo(-20_000, -3);
    expect(halted).toBe(0);
    expect(proof.atRest).toBe(true);
    expect(machine.plant().velocity).toBe(0);
    expect(bench.state()).toMatchObject({ power: 'enabled', targetReached: false });
    expect(new Set(causes(bench))).toEqual(new Set(['frame']));
    expect(bench.heard.links).toEqual([]);
  });

  test('goes to the newer target when it is told on the way, by the other path, and reports it once it is there', async () => {
    const bench = await enabled();
    await bench.run(moveTo(60_000));
    await bench.clock.advance(400);
    await bench.run(moveTo(5000));
    const seenReached = bench.heard.samples.slice(-3).map(({ state }) => state.targetReached);
    await bench.clock.advance(4000);

    expect(seenReached).not.toContain(true);
    expect(bench.machine.plant().position).toBeCloseTo(5000, -1);
    const triggers = bench
      .frames()
      .filter(({ address, values }) => address === 0x6002 && values !== null && values[0]! < 0x20);
    expect(triggers.map(({ values }) => values![0])).toEqual([0x10, 0x11]);
  });

  test('that lost the answer to its trigger is asked, and neither moves twice nor is told of wrongly', async () => {
    const bench = await enabled();
    const taken = () =>
      bench
        .frames()
        .filter(
          ({ address, values, exception }) =>
            address === 0x6002 && exception === 0 && values !== null && values[0]! < 0x20,
        ).length;
    for (const kind of ['drop', 'corrupt', 'late'] as const) bench.line.addMishap({ kind, rate: 0.04 });
    const outcomes: string[] = [];
    let wrong = 0;

    for (let round = 0; round < 12; round++) {
      const before = taken();
      const outcome = await bench.outcome(moveTo(2000 + (round % 2) * 6000));
      const moves = taken() - before;
      outcomes.push(outcome);
      const isTold = outcome === 'accepted' || outcome === 'resolved';
      if (moves > 1 || (isTold && moves !== 1) || (outcome === 'no' && moves !== 0)) wrong++;
      await bench.clock.advance(3000);
    }

    expect(wrong).toBe(0);
    expect(outcomes.filter((outcome) => outcome === 'accepted' || outcome === 'resolved').length).toBeGreaterThan(6);
  });

  test('whose trigger was taken and its answer lost has accepted the move', async () => {
    const bench = await enabled();
    const moved = bench.drive.execute(moveTo(20_000), {
      stillWanted: () => (bench.line.addMishap({ kind: 'drop', count: 1 }), true),
    });
    const { resolved } = await bench.settle(moved);
    await bench.clock.advance(3000);

    expect(resolved).toBe(true);
    expect(bench.machine.plant().position).toBeCloseTo(20_000, -1);
  });

  test('whose trigger never came has not moved, and that is known', async () => {
    const bench = await enabled();
    const since = bench.mark();
    const lost = { kind: 'drop', count: 1, way: 'request' } as const;
    const moved = bench.drive.execute(moveTo(20_000), { stillWanted: () => (bench.line.addMishap(lost), true) });
    await expect(bench.settle(moved)).rejects.toMatchObject({ code: 'TIMEOUT', executed: 'no' });
    await bench.clock.advance(1000);
    expect(bench.motions(since)).toEqual([]);
  });

  test('with an alarm is in fault and without power until it is reset, and is not enabled by that', async () => {
    const bench = await enabled();
    await bench.run(moveTo(80_000));
    await bench.clock.advance(500);
    bench.machine.injectFault('following-error', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(1500);
    const faulted = bench.state();
    const refused = await bench.outcome(moveTo(0));
    await bench.run({ kind: 'resetFault' });
    await bench.clock.advance(500);

    expect(faulted).toMatchObject({ power: 'fault', fault: { code: 0x180, text: 'Following error' } });
    expect(refused).toBe('no');
    expect(bench.state()).toMatchObject({ power: 'disabled', fault: null });
    await bench.run({ kind: 'enable' });
    const since = bench.mark();
    await bench.clock.advance(1000);
    expect(bench.motions(since)).toEqual([]);
  });

  test('is not told to reset an over-current, which only a power cycle takes away', async () => {
    const bench = await enabled();
    bench.machine.injectFault('over-current', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(500);
    await expect(bench.run({ kind: 'resetFault' })).rejects.toMatchObject({ code: 'FAULT' });
    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(8000);
    expect(bench.state()).toMatchObject({ power: 'disabled', fault: null });
  });

  test('that is switched off and on in a move stands still, has lost its reference, and is attached again', async () => {
    const bench = await enabled();
    await bench.run(home);
    await bench.clock.advance(5000);
    await bench.run(moveTo(150_000));
    await bench.clock.advance(500);
    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(8000);

    expect(bench.heard.reboots).toBe(1);
    expect(bench.drive.link()).toEqual({ state: 'online' });
    expect(bench.state()).toMatchObject({ power: 'disabled', referenced: false, moving: false });
    expect(bench.machine.plant().velocity).toBe(0);
  });

  test('whose line is pulled out ends its move at its target: it has no watchdog, and the profile says so', async () => {
    const bench = await enabled();
    await bench.run(moveTo(40_000));
    await bench.clock.advance(200);
    bench.line.addMishap({ kind: 'unplug' });
    await bench.clock.advance(4000);

    expect(profile.watchdog).toBeNull();
    expect(bench.machine.plant().position).toBeCloseTo(40_000, -1);
  });

  test('with another number of pulses per revolution is refused before anything is written', async () => {
    const own = { ...profile, resetValues: { ...profile.resetValues, pulsesPerRevolution: 4000 } };
    const bench = await startFamily(profile, { simulated: { profile: own } });
    expect(bench.drive.link()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('pulsesPerRevolution'),
    });
    expect(bench.frames().filter(({ values }) => values !== null)).toEqual([]);
  });

  test('that an input enables keeps its power, and says why disabling it failed', async () => {
    const own = { ...profile, resetValues: { ...profile.resetValues, enableInput: 0x08 } };
    const bench = await start({ simulated: { profile: own } });
    expect(bench.state().power).toBe('enabled');
    await expect(bench.run({ kind: 'disable' })).rejects.toThrow(/input with the function enable/);
  });

  test('that an emergency input holds takes no command: the move fails and is not called accepted', async () => {
    const bench = await enabled();
    await bench.settle(bench.drive.writeRegister(0x0145, 0x22));
    const since = bench.mark();
    await expect(bench.run(moveTo(9000))).rejects.toMatchObject({ code: 'STEP_TIMEOUT', executed: 'unknown' });
    expect(bench.motions(since)).toEqual([]);
  });

  test('never has anything stored in its memory by a command', async () => {
    const bench = await enabled();
    await bench.run(home);
    await bench.clock.advance(5000);
    await bench.run(moveTo(9000));
    await bench.clock.advance(1000);
    await bench.run({ kind: 'disable' });
    expect(bench.machine.eepromWrites()).toBe(0);
  });

  test.each([
    [0x6002, 0x10, 'moves the axis'],
    [0x6207, 0x10, 'moves the axis'],
    [0x1801, 0x2211, 'memory cell'],
    [0x1801, 0x2233, 'resets the parameters'],
    [0x1801, 0x4001, 'jogs'],
  ])('does not let an engineer write %i past the commands', async (address, value, why) => {
    const bench = await enabled();
    await expect(bench.settle(bench.drive.writeRegister(address, value))).rejects.toThrow(why);
  });
});
