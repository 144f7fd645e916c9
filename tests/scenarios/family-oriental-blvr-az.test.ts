import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { az } from '../support/az-profile.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';

const profile = shippedProfile('oriental-blvr-az');
const mechanics = placeMechanics({ range: [0, 720_000], homePosition: 0, homingMethod: 28, approach: 20_000 });

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 180_000,
  acceleration: 720_000,
  deceleration: 720_000,
});
const home: DriveIntent = {
  kind: 'home',
  method: 28,
  position: Counts(1000),
  fast: 36_000,
  slow: 6000,
  acceleration: 180_000,
};
const turn: DriveIntent = { kind: 'moveVelocity', velocity: -72_000, acceleration: 360_000, deceleration: 360_000 };
const setPosition: DriveIntent = { kind: 'setPosition', position: Counts(0) };

const start = (options: Parameters<typeof startFamily>[1] = {}): Promise<FamilyBench> =>
  startFamily(profile, { ...options, simulated: { mechanics, ...options?.simulated } });
/** With power, and its position called 0 where it stands. */
async function ready(options: Parameters<typeof startFamily>[1] = {}): Promise<FamilyBench> {
  const bench = await start(options);
  await bench.run({ kind: 'enable' });
  await bench.run(setPosition);
  return bench;
}
const triggers = (bench: FamilyBench) =>
  bench.frames().filter(({ address, values, exception }) => address === 0x66 && exception === 0 && values![1] !== 0);

describe('an Oriental drive', () => {
  test('is enabled without moving, homed, moved there and back, turned, halted and stopped', async () => {
    const bench = await start();
    const { clock, machine, drive } = bench;
    await bench.run({ kind: 'enable' });
    expect(bench.motions()).toEqual([]);

    await bench.run(home);
    const homing = bench.state().homing;
    await clock.advance(8000);
    const homed = bench.state();
    await bench.run(moveTo(400_000));
    await clock.advance(5000);
    const there = { plant: machine.plant().position, state: bench.state() };
    await bench.run(moveTo(2000));
    await clock.advance(5000);
    const back = machine.plant().position;
    await bench.run(turn);
    await clock.advance(600);
    const turning = machine.plant().velocity;
    await bench.run({ kind: 'halt' });
    await clock.advance(1000);
    const halted = machine.plant().velocity;
    await bench.run(moveTo(300_000));
    await clock.advance(500);
    const proof = await bench.settle(drive.stop());

    expect(homing).toBe('running');
    expect(homed).toMatchObject({ homing: 'attained', referenced: true, moving: false });
    expect(Math.abs(homed.position! - 1000)).toBeLessThan(200);
    expect(there.plant).toBeCloseTo(400_000, -2);
    expect(there.state).toMatchObject({ moving: false, targetReached: true });
    expect(back).toBeCloseTo(2000, -2);
    expect(turning).toBeCloseTo(-72_000, -4);
    expect(halted).toBe(0);
    expect(proof.atRest).toBe(true);
    expect(machine.plant().velocity).toBe(0);
    expect(bench.state()).toMatchObject({ power: 'enabled', targetReached: false });
    expect(new Set(bench.motions().map(({ cause }) => cause.by))).toEqual(new Set(['frame']));
    expect(bench.heard.links).toEqual([]);
  });

  test('after a stop goes to its own next target, nothing holds it back', async () => {
    const bench = await ready();
    await bench.run(moveTo(400_000));
    await bench.clock.advance(500);
    await bench.settle(bench.drive.stop());
    await bench.run(moveTo(10_000));
    await bench.clock.advance(3000);
    expect(bench.machine.plant().position).toBeCloseTo(10_000, -2);
  });

  test('is refused an absolute move as long as it has no coordinates, before it could raise an alarm', async () => {
    const bench = await start();
    await bench.run({ kind: 'enable' });
    await expect(bench.run(moveTo(5000))).rejects.toMatchObject({ code: 'WRONG_STATE', executed: 'no' });
    expect(bench.state().fault).toBeNull();
  });

  test('goes to the newer target when it is told on the way', async () => {
    const bench = await ready();
    await bench.run(moveTo(500_000));
    await bench.clock.advance(400);
    await bench.run(moveTo(20_000));
    await bench.clock.advance(5000);
    expect(bench.machine.plant().position).toBeCloseTo(20_000, -2);
    expect(triggers(bench)).toHaveLength(2);
  });

  test('that lost the answer to its trigger is asked, and neither moves twice nor is told of wrongly', async () => {
    const bench = await ready();
    for (const kind of ['drop', 'corrupt', 'late'] as const) bench.line.addMishap({ kind, rate: 0.04 });
    const outcomes: string[] = [];
    let wrong = 0;

    for (let round = 0; round < 15; round++) {
      const before = triggers(bench).length;
      const outcome = await bench.outcome(moveTo(5000 + (round % 2) * 30_000));
      const moves = triggers(bench).length - before;
      outcomes.push(outcome);
      const isTold = outcome === 'accepted' || outcome === 'resolved';
      if (moves > 1 || (isTold && moves !== 1) || (outcome === 'no' && moves !== 0)) wrong++;
      await bench.clock.advance(2000);
      if (bench.state().power !== 'enabled') await recover(bench);
    }

    expect(wrong).toBe(0);
    expect(outcomes.filter((outcome) => outcome === 'accepted' || outcome === 'resolved').length).toBeGreaterThan(6);
  });

  test('whose trigger was taken and its answer lost has accepted the move', async () => {
    const bench = await ready({ drive: { watchdogMs: 5000 } });
    const moved = bench.drive.execute(moveTo(90_000), {
      stillWanted: () => (bench.line.addMishap({ kind: 'drop', count: 1 }), true),
    });
    const { resolved } = await bench.settle(moved);
    await bench.clock.advance(3000);
    expect(resolved).toBe(true);
    expect(bench.machine.plant().position).toBeCloseTo(90_000, -2);
  });

  test('whose trigger never came has not moved, and that is known', async () => {
    const bench = await ready({ drive: { watchdogMs: 5000 } });
    const since = bench.mark();
    const lost = { kind: 'drop', count: 1, way: 'request' } as const;
    const moved = bench.drive.execute(moveTo(90_000), { stillWanted: () => (bench.line.addMishap(lost), true) });
    await expect(bench.settle(moved)).rejects.toMatchObject({ code: 'TIMEOUT', executed: 'no' });
    await bench.clock.advance(1000);
    expect(bench.motions(since)).toEqual([]);
  });

  test('when the line is pulled out stops by its watchdog, in an alarm that can be reset', async () => {
    const bench = await ready();
    await bench.run(moveTo(700_000));
    await bench.clock.advance(400);
    bench.line.addMishap({ kind: 'unplug' });
    await bench.clock.advance(3000);
    const rest = bench.machine.plant();
    bench.line.clearMishaps();
    await bench.clock.advance(8000);
    const back = bench.state();
    await bench.run({ kind: 'resetFault' });
    await bench.clock.advance(300);

    expect(rest.velocity).toBe(0);
    expect(rest.position).toBeLessThan(500_000);
    expect(back).toMatchObject({ power: 'fault', fault: { code: 0x85, category: 'communication' } });
    expect(bench.state()).toMatchObject({ power: 'disabled', fault: null });
    expect(bench.machine.plant().position).toBeCloseTo(rest.position, -1);
  });

  test('with an alarm that brakes is in fault reaction until it rests, and is reset only then', async () => {
    const bench = await ready();
    await bench.run(moveTo(700_000));
    await bench.clock.advance(800);
    bench.machine.injectFault('stall', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(30);
    const braking = bench.state();
    await bench.clock.advance(2000);
    const faulted = bench.state();
    await bench.run({ kind: 'resetFault' });
    await bench.run({ kind: 'enable' });
    const since = bench.mark();
    await bench.clock.advance(500);

    expect(braking).toMatchObject({ power: 'fault-reaction', fault: { code: 0x30 } });
    expect(faulted).toMatchObject({ power: 'fault', moving: false });
    expect(bench.state()).toMatchObject({ power: 'enabled', fault: null });
    expect(bench.motions(since)).toEqual([]);
  });

  test('that is switched off and on in a move stands still, has lost its coordinates, and is configured again', async () => {
    const bench = await ready();
    await bench.run(moveTo(700_000));
    await bench.clock.advance(500);
    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(8000);

    expect(bench.heard.reboots).toBe(1);
    expect(bench.drive.link()).toEqual({ state: 'online' });
    expect(await bench.settle(bench.drive.readRegisters(0x138a, 2))).toEqual([0, 500]);
    expect(bench.state()).toMatchObject({ power: 'disabled', referenced: false, moving: false });
  });

  test('that was left with a trigger which starts by itself is disarmed before its parameters are written', async () => {
    const own = { ...profile, resetValues: { ...profile.resetValues, directDataTrigger: -4 } };
    const bench = await startFamily(profile, { simulated: { profile: own } });
    await bench.run({ kind: 'enable' });
    await bench.run(setPosition);
    const since = bench.mark();
    await bench.run(moveTo(36_000));
    await bench.clock.advance(3000);

    const started = bench.motions(since).filter(({ kind }) => kind === 'start');
    const cause = bench.frames().find(({ seq }) => started[0]!.cause.by === 'frame' && seq === started[0]!.cause.frame);
    expect(started).toHaveLength(1);
    expect(cause).toMatchObject({ address: 0x66, values: [0, 10] });
  });

  test('with another control resolution is refused', async () => {
    const own = { ...profile, resetValues: { ...profile.resetValues, controlResolution: 1000 } };
    const bench = await startFamily(profile, { simulated: { profile: own } });
    expect(bench.drive.link()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('controlResolution'),
    });
  });

  test('that is set to the other order of words is driven the same way, once its profile says so', async () => {
    const turned = { ...profile, wordOrder: 'low-first' as const };
    const bench = await startFamily(turned, { simulated: { mechanics } });
    await bench.run({ kind: 'enable' });
    await bench.run(setPosition);
    await bench.run(moveTo(-90_000));
    await bench.clock.advance(3000);
    expect(bench.machine.plant().position).toBeCloseTo(-90_000, -2);
    expect(triggers(bench)).toEqual([]);
    expect(bench.frames().find(({ address, values }) => address === 0x66 && values?.[0] === 10)).toBeDefined();
  });

  test('never has anything stored in its memory by a command', async () => {
    const bench = await ready();
    await bench.run(home);
    await bench.clock.advance(8000);
    await bench.run(moveTo(9000));
    await bench.clock.advance(1000);
    await bench.run({ kind: 'disable' });
    expect(bench.machine.eepromWrites()).toBe(0);
  });

  test.each([
    [0x66, 1, 'moves the axis'],
    [0x7d, 0x20, 'moves the axis'],
    [0x01bf, 1, 'moves the axis'],
    [0x0193, 1, 'memory cell'],
    [0x0195, 1, 'resets the parameters'],
  ])('does not let an engineer write %i past the commands', async (address, value, why) => {
    const bench = await start();
    await expect(bench.settle(bench.drive.writeRegister(address, value))).rejects.toThrow(why);
  });
});

async function recover(bench: FamilyBench): Promise<void> {
  await bench.clock.advance(4000);
  for (const kind of ['resetFault', 'enable'] as const) await bench.outcome({ kind });
}

describe('an AZ, by a profile of its own', () => {
  test('has power from the beginning, moves in its own units, is stopped by its input, and goes on once it is enabled again', async () => {
    const bench = await startFamily(az);
    const { state: before } = bench.heard.samples.at(-1)!;
    await bench.run({ ...moveTo(20_000), velocity: 5000, acceleration: 20_000, deceleration: 20_000 } as DriveIntent);
    await bench.clock.advance(1000);
    const velocity = bench.machine.plant().velocity;
    const proof = await bench.settle(bench.drive.stop());
    const stopped = bench.machine.plant();
    const { power } = bench.state();
    await bench.run({ kind: 'enable' });
    await bench.run({ ...moveTo(1000), velocity: 5000, acceleration: 20_000, deceleration: 20_000 } as DriveIntent);
    await bench.clock.advance(4000);

    // held by its input it says nothing of power, and is enabled again
    expect([before.power, power]).toEqual(['enabled', 'disabled']);
    expect(velocity).toBeCloseTo(5000, -2);
    expect([proof.atRest, stopped.velocity]).toEqual([true, 0]);
    expect(stopped.position).toBeLessThan(9000);
    expect(bench.machine.plant().position).toBeCloseTo(1000, -1);
  });

  test('loses its power by FREE and has it back by the enable', async () => {
    const bench = await startFamily(az);
    await bench.run({ kind: 'disable' });
    const { power } = bench.state();
    await bench.run({ kind: 'enable' });
    expect([power, bench.state().power]).toEqual(['disabled', 'enabled']);
  });
});
