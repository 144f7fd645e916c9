import { expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile, type Profile } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { always } from '../drivers/drive/bench.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';

export interface Cia402Story {
  readonly start: (options?: Parameters<typeof startFamily>[1]) => Promise<FamilyBench>;
  readonly enabled: (options?: Parameters<typeof startFamily>[1]) => Promise<FamilyBench>;
  readonly moveTo: (revolutions: number) => DriveIntent;
  readonly home: DriveIntent;
  /** Frames that gave the edge of bit 4 in profile position, and that the drive took. */
  readonly triggers: (bench: FamilyBench) => number;
}

/** The words of one model: everything in revolutions, so that the same story fits every encoder. */
export function storyOf(profile: Profile): Cia402Story {
  const turn = profile.countsPerRevolution;
  const mechanics = placeMechanics({
    range: [0, 50 * turn],
    homePosition: 0,
    homingMethod: 21,
    approach: turn / 2,
  });
  const start: Cia402Story['start'] = (options) =>
    startFamily(profile, { ...options, simulated: { mechanics, ...options?.simulated } });
  return {
    start,
    async enabled(options) {
      const bench = await start(options);
      await bench.run({ kind: 'enable' });
      return bench;
    },
    moveTo: (revolutions) => ({
      kind: 'moveTo',
      target: Counts(revolutions * turn),
      velocity: 5 * turn,
      acceleration: 20 * turn,
      deceleration: 20 * turn,
    }),
    home: { kind: 'home', method: 21, position: Counts(0), fast: turn, slow: turn / 10, acceleration: 10 * turn },
    triggers: (bench) =>
      bench
        .frames()
        .filter(({ address, exception }) => address === profile.registers.controlword!.address && exception === 0)
        .filter(({ values }) => values?.[0] === 0x3f).length,
  };
}

/** What every drive after CiA 402 must live through, whoever made it. */
export function tellCia402Story(profile: Profile): void {
  const turn = profile.countsPerRevolution;
  const { start, enabled, moveTo, home, triggers } = storyOf(profile);

  test('is enabled without moving, homed, moved there and back, turned, halted and stopped', async () => {
    const bench = await enabled();
    const { clock, machine, drive } = bench;
    expect(bench.motions()).toEqual([]);

    await bench.run(home);
    const searching = bench.state().homing;
    await clock.advance(8000);
    const homed = bench.state();
    await bench.run(moveTo(10));
    await clock.advance(4000);
    const there = { plant: machine.plant().position, state: bench.state() };
    await bench.run(moveTo(1));
    await clock.advance(4000);
    const back = machine.plant().position;
    await bench.run({ kind: 'moveVelocity', velocity: 2 * turn, acceleration: 10 * turn, deceleration: 10 * turn });
    await clock.advance(1000);
    const turning = { plant: machine.plant().velocity, seen: bench.state().velocity };
    await bench.run({ kind: 'halt' });
    await clock.advance(1000);
    const halted = machine.plant().velocity;
    await bench.run(moveTo(20));
    await clock.advance(500);
    const proof = await bench.settle(drive.stop());

    expect(searching).toBe('running');
    expect(homed).toMatchObject({ homing: 'attained', moving: false });
    expect(Math.abs(homed.position!)).toBeLessThan(turn / 50);
    expect(there.plant / turn).toBeCloseTo(10, 3);
    expect(there.state).toMatchObject({ moving: false, targetReached: true });
    expect(back / turn).toBeCloseTo(1, 3);
    expect(turning.plant / turn).toBeCloseTo(2, 2);
    expect(turning.seen! / turn).toBeCloseTo(2, 1);
    expect(halted).toBe(0);
    expect(proof.atRest).toBe(true);
    expect(machine.plant().velocity).toBe(0);
    expect(new Set(bench.motions().map(({ cause }) => cause.by))).toEqual(new Set(['frame']));
    expect(bench.heard.links).toEqual([]);
  });

  test('after a halt goes to its own target and never on to the old one', async () => {
    const bench = await enabled();
    await bench.run(moveTo(40));
    await bench.clock.advance(800);
    await bench.run({ kind: 'halt' });
    await bench.clock.advance(1000);
    const halted = bench.machine.plant().position;

    await bench.run(moveTo(halted / turn - 1));
    await bench.clock.advance(2000);

    expect(bench.machine.plant().position).toBeCloseTo(halted - turn, -2);
    const after = bench.heard.samples.slice(-30).map(({ state }) => state.position!);
    expect(Math.max(...after)).toBeLessThanOrEqual(halted + turn / 100);
  });

  test('whose answer to the trigger is lost has accepted the move, once', async () => {
    const bench = await enabled();
    const moved = bench.drive.execute(moveTo(5), {
      stillWanted: () => (bench.line.addMishap({ kind: 'drop', count: 1 }), true),
    });
    const { resolved } = await bench.settle(moved);
    await bench.clock.advance(3000);

    expect([resolved, triggers(bench)]).toEqual([true, 1]);
    expect(bench.machine.plant().position / turn).toBeCloseTo(5, 3);
  });

  test('on a bad line never moves twice, and is never told of wrongly', async () => {
    const bench = await enabled();
    for (const kind of ['drop', 'corrupt', 'late'] as const) bench.line.addMishap({ kind, rate: 0.02 });
    const outcomes: string[] = [];
    let wrong = 0;

    for (let round = 0; round < 8; round++) {
      const before = triggers(bench);
      const outcome = await bench.outcome(moveTo(1 + (round % 2)));
      const taken = triggers(bench) - before;
      outcomes.push(outcome);
      const isTold = outcome === 'accepted' || outcome === 'resolved';
      if (taken > 1 || (isTold && taken !== 1) || (outcome === 'no' && taken !== 0)) wrong++;
      await bench.clock.advance(3000);
    }

    expect(wrong).toBe(0);
    expect(outcomes.filter((outcome) => outcome === 'accepted' || outcome === 'resolved').length).toBeGreaterThan(3);
  });

  test('in fault says which, refuses to move, and is disabled and still after the reset', async () => {
    const bench = await enabled();
    await bench.run(moveTo(40));
    await bench.clock.advance(500);
    bench.machine.injectFault('following-error', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(1500);
    const faulted = bench.heard.samples.filter(({ state }) => state.fault !== null).map(({ state }) => state.fault);
    const refused = await bench.outcome(moveTo(0));
    const since = bench.mark();
    await bench.run({ kind: 'resetFault' });
    await bench.clock.advance(1000);

    // the first reading of the fault says its reason already
    expect(faulted[0]).toMatchObject({ text: 'Following error', category: 'motion' });
    expect(new Set(faulted.map((fault) => fault?.text)).size).toBe(1);
    expect(refused).toBe('no');
    expect(['disabled', 'ready']).toContain(bench.state().power);
    expect(bench.state().fault).toBeNull();
    expect(bench.motions(since)).toEqual([]);
  });

  test('that has no boot counter counts as restarted when it was away: configured again, disabled, nothing resumed', async () => {
    const bench = await enabled();
    await bench.run(moveTo(40));
    await bench.clock.advance(500);
    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(3000);
    const since = bench.mark();
    await bench.clock.advance(9000);

    expect(bench.heard.reboots).toBe(1);
    expect(bench.heard.links.map(({ state }) => state).filter((state) => state === 'online')).toHaveLength(1);
    expect(bench.drive.link().state).toBe('online');
    expect(['disabled', 'ready']).toContain(bench.state().power);
    expect(bench.motions(since)).toEqual([]);
  });

  test('has no watchdog: on a cut line it goes on to its target, and is found there', async () => {
    const bench = await enabled();
    await bench.run(moveTo(10));
    bench.line.addMishap({ kind: 'unplug' });
    await bench.clock.advance(5000);
    const gone = bench.machine.plant();
    bench.line.clearMishaps();
    await bench.clock.advance(8000);

    expect([profile.watchdog, gone.velocity]).toEqual([null, 0]);
    expect(gone.position / turn).toBeCloseTo(10, 3);
    expect(bench.state().position! / turn).toBeCloseTo(10, 3);
  });

  test('has nothing that proves its model, but a device that does not even show its status is written nothing', async () => {
    const bench = await start({ simulated: { profile: shippedProfile('kpower-reference') } });
    await bench.clock.advance(5000);

    expect(bench.drive.link().state).toBe('refused');
    await expect(bench.settle(bench.drive.execute({ kind: 'enable' }, always))).rejects.toThrow(/refused/);
    expect(bench.frames().filter(({ values }) => values !== null)).toEqual([]);
  });
}
