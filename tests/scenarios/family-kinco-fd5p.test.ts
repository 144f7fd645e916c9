import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { startFamily } from '../support/family-bench.ts';
import { storyOf, tellCia402Story } from './cia402-story.ts';

const profile = shippedProfile('kinco-fd5p');
const turn = profile.countsPerRevolution;
const { start, enabled, moveTo, home } = storyOf(profile);

describe('a Kinco drive', () => {
  tellCia402Story(profile);

  test('comes up ready to switch on and in another mode, and is walked up from there', async () => {
    const bench = await start();
    expect(bench.state().power).toBe('ready');

    await bench.run({ kind: 'enable' });
    await bench.run(moveTo(1));
    await bench.clock.advance(2000);

    expect(bench.machine.plant().position / turn).toBeCloseTo(1, 3);
  });

  test('is homed again although its reference still stands from before', async () => {
    const bench = await enabled();
    await bench.run(home);
    await bench.clock.advance(8000);
    await bench.run(moveTo(3));
    await bench.clock.advance(3000);
    expect(bench.state().referenced).toBe(true);

    await bench.run(home);
    const searching = bench.state().homing;
    await bench.clock.advance(9000);

    expect(searching).toBe('running');
    expect(bench.state()).toMatchObject({ homing: 'attained', referenced: true, moving: false });
    expect(Math.abs(bench.state().position!)).toBeLessThan(turn / 50);
  });

  test('stops at a limit switch without a fault, says so, and is told neither "arrived" nor "stopped by order"', async () => {
    const limitSwitches = { negative: -1e9, positive: 4 * turn };
    const bench = await startFamily(profile, {
      simulated: { mechanics: { homeSwitch: null, limitSwitches, endStops: null } },
    });
    await bench.run({ kind: 'enable' });
    await bench.run(moveTo(10));
    await bench.clock.advance(4000);

    const stopped = bench.machine.plant();
    expect(stopped.velocity).toBe(0);
    expect(stopped.position / turn).toBeLessThan(6);
    expect(bench.state()).toMatchObject({
      power: 'enabled',
      fault: null,
      internalLimit: true,
      targetReached: false,
      limits: { positive: true },
    });
    await bench.run(moveTo(1));
    await bench.clock.advance(3000);
    expect(bench.machine.plant().position / turn).toBeCloseTo(1, 3);
  });

  test('that turns and is told another speed has taken it although the answer was lost', async () => {
    const bench = await enabled();
    const at = (revolutions: number) =>
      ({
        kind: 'moveVelocity',
        velocity: revolutions * turn,
        acceleration: 10 * turn,
        deceleration: 10 * turn,
      }) as const;
    await bench.run(at(1));
    await bench.clock.advance(1000);

    // in DEC this speed is no whole number: it reads back as its neighbour
    const told = bench.drive.execute(at(1.2345), {
      stillWanted: () => (bench.line.addMishap({ kind: 'drop', count: 1 }), true),
    });
    const { resolved } = await bench.settle(told);
    await bench.clock.advance(1000);

    expect(resolved).toBe(true);
    expect(bench.machine.plant().velocity / turn).toBeCloseTo(1.2345, 3);
  });

  test('reads its error word only while there is a fault', async () => {
    const bench = await enabled();
    const asked = () => bench.frames().filter(({ address, values }) => address === 0x1f00 && values === null).length;
    await bench.clock.advance(2000);
    const calm = asked();
    bench.machine.injectFault('over-temperature', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(1000);

    expect(bench.state().fault).toMatchObject({ code: 0x0010, text: 'Drive too hot' });
    // now and then with the slow values, with every poll in fault
    expect(calm).toBeLessThan(6);
    expect(asked() - calm).toBeGreaterThan(8);
  });

  test('that is asked for a home position of its own says what it can do, and does not move', async () => {
    const bench = await enabled();

    await expect(bench.run({ ...home, position: Counts(100) } as typeof home)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      executed: 'no',
    });
    expect(bench.motions()).toEqual([]);
  });
});
