import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRig,
  FAULT,
  hasBit,
  OPERATION_ENABLED,
  powerBits,
  QUICK_STOP_ACTIVE,
  type Rig,
} from '../simulator/rig.ts';
import { runs } from './runs.ts';

const HALT = 0x010f;
const QUICK_STOP = 0x0002;
const DISABLE_VOLTAGE = 0x0000;
const ENABLED = 0x000f;
/** Ramps of the profile after power-up, counts/s2. */
const RAMP = 100_000;
const QUICK_STOP_RAMP = 400_000;

interface Track {
  readonly position: number;
  readonly velocity: number;
}

/** The shaft after every millisecond. */
async function track(rig: Rig, forMs: number): Promise<Track[]> {
  const seen: Track[] = [];
  for (let passedMs = 0; passedMs < forMs; passedMs++) {
    await rig.clock.advance(1);
    rig.site.settle();
    seen.push(rig.site.drives.get('drive-1')!.plant());
  }
  return seen;
}

async function moving(target: number, velocity: number): Promise<Rig> {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(target, { velocity });
  return rig;
}

describe('the simulated drive', () => {
  test('39: never leaps, keeps its velocity and its ramps, and takes halt, quick stop and switching off on its way', async () => {
    const target = fc.integer({ min: 20_000, max: 80_000 });
    const order = fc.constantFrom(HALT, QUICK_STOP, DISABLE_VOLTAGE, null);
    await fc.assert(
      fc.asyncProperty(
        target,
        fc.integer({ min: 5000, max: 60_000 }),
        order,
        fc.integer({ min: 50, max: 700 }),
        async (...given) => {
          const [to, velocity, word, afterMs] = given;
          const rig = await moving(to, velocity);
          const way = await track(rig, afterMs);
          const at = way.at(-1)!;
          if (word !== null) await rig.set('controlword', word);
          const rest = await track(rig, 1500);

          const all = [...way, ...rest];
          const fastest = Math.max(...all.map((each) => Math.abs(each.velocity)));
          expect(fastest).toBeLessThanOrEqual(velocity * 1.02 + 200);
          // from one millisecond to the next: no farther than it is fast, no faster than the steepest ramp lets it become
          const hardest = word === DISABLE_VOLTAGE ? 20 * 10_000 * 10 : QUICK_STOP_RAMP;
          for (const [index, now] of way.slice(1).entries()) {
            expect(Math.abs(now.position - way[index]!.position)).toBeLessThanOrEqual((fastest + 100) / 1000 + 1);
            expect(Math.abs(now.velocity - way[index]!.velocity)).toBeLessThanOrEqual(RAMP / 1000 + 60);
          }
          for (const [index, now] of rest.slice(1).entries())
            expect(Math.abs(now.velocity - rest[index]!.velocity)).toBeLessThanOrEqual(hardest / 1000 + 60);
          const braking = (hard: number): number => at.velocity ** 2 / (2 * hard) + (fastest * 15) / 1000 + 50;
          const ramp = word === HALT ? RAMP : word === QUICK_STOP ? QUICK_STOP_RAMP : 0;
          const farthest = ramp === 0 ? Infinity : braking(ramp);
          expect(rest.at(-1)!.position - at.position).toBeLessThanOrEqual(farthest);
          expect(word === null || rest.at(-1)!.velocity === 0).toBe(true);
        },
      ),
      runs(10),
    );
  });

  test('39: released, coasts another way than any of its ramps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10_000, max: 60_000 }), async (velocity) => {
        const wayAfter = async (word: number): Promise<number> => {
          const rig = await moving(2_000_000, velocity);
          await track(rig, 900);
          const from = rig.site.drives.get('drive-1')!.plant().position;
          await rig.set('controlword', word);
          return (await track(rig, 3000)).at(-1)!.position - from;
        };
        const [coast, halted, quick] = [
          await wayAfter(DISABLE_VOLTAGE),
          await wayAfter(HALT),
          await wayAfter(QUICK_STOP),
        ];

        expect(quick).toBeLessThan(halted);
        expect(Math.abs(coast - halted)).toBeGreaterThan(velocity / 1000);
        expect(Math.abs(coast - quick)).toBeGreaterThan(velocity / 1000);
      }),
      runs(3),
    );
  });
});

/** What goes wrong on lines and in drives, each with what a plain master sees of it. */
const FIDELITY: Record<string, (rig: Rig, chance: number) => Promise<boolean>> = {
  'a set-point is acknowledged until its edge is taken back': async (rig) => {
    await rig.enable();
    await rig.moveTo(20_000);
    const whileHigh = hasBit(await rig.get('statusword'), 12);
    await rig.set('controlword', ENABLED);
    return whileHigh && !hasBit(await rig.get('statusword'), 12);
  },
  'the status may lag by some polls': async (rig, chance) => {
    await rig.enable();
    rig.site.drives.get('drive-1')!.injectFault('slow-status', { atMs: rig.clock.nowMs(), lagMs: 40 + chance });
    await rig.get('statusword');
    await rig.set('controlword', QUICK_STOP);
    const soon = powerBits(await rig.get('statusword'));
    await rig.clock.advance(60 + chance);
    return soon === OPERATION_ENABLED && powerBits(await rig.get('statusword')) === QUICK_STOP_ACTIVE;
  },
  'an answer may be lost although the request was obeyed': async (rig, chance) => {
    rig.line.addMishap({ kind: 'drop', count: 1 });
    const isSilent = await rig.set('profileVelocity', 5000 + chance).then(
      () => false,
      (error: Error) => error.message === 'silence',
    );
    return isSilent && (await rig.get('profileVelocity')) === 5000 + chance;
  },
  'an answer may come late': async (rig, chance) => {
    rig.line.addMishap({ kind: 'late', ms: 50 + chance, count: 1 });
    const first = await rig.get('statusword').then(
      () => 'answered',
      (error: Error) => error.message,
    );
    return first === 'silence';
  },
  'a bent answer has a bad CRC, and a bent request is not heard': async (rig) => {
    rig.line.addMishap({ kind: 'corrupt', count: 1, amount: 2 });
    const answer = await rig.get('statusword').then(
      () => 'good',
      (error: Error) => error.message,
    );
    rig.line.addMishap({ kind: 'corrupt', count: 1, amount: 2, way: 'request' });
    const request = await rig.set('profileVelocity', 4321).then(
      () => 'good',
      (error: Error) => error.message,
    );
    return answer !== 'good' && request === 'silence' && (await rig.get('profileVelocity')) !== 4321;
  },
  'a drive may refuse with an exception, and then has not obeyed': async (rig) => {
    rig.line.addMishap({ kind: 'exception', code: 4, count: 1 });
    const outcome = await rig.set('profileVelocity', 1234).then(
      () => 'good',
      (error: Error) => error.message,
    );
    return outcome === 'exception 4' && (await rig.get('profileVelocity')) !== 1234;
  },
  'a broadcast is obeyed by all without an answer, and may be missed by one': async () => {
    const rig = await createRig({ drives: [{}, {}] });
    rig.line.addMishap({ kind: 'drop', unit: 2, way: 'request', count: 1 });
    await rig.broadcast('profileVelocity', 7777);
    return (await rig.get('profileVelocity', 1)) === 7777 && (await rig.get('profileVelocity', 2)) !== 7777;
  },
  'a reboot takes power, reference and volatile registers, and counts': async (rig) => {
    await rig.enable();
    await rig.set('profileVelocity', 4444);
    const boots = await rig.get('bootCounter');
    rig.site.drives.get('drive-1')!.injectFault('reboot', { atMs: rig.clock.nowMs() });
    await rig.clock.advance(500);
    const isOff = powerBits(await rig.get('statusword')) !== OPERATION_ENABLED;
    return isOff && (await rig.get('profileVelocity')) !== 4444 && (await rig.get('bootCounter')) === boots + 1;
  },
  'silence for longer than its watchdog stops it in a fault': async (rig, chance) => {
    await rig.set('watchdogTimeout', 100 + chance);
    await rig.enable();
    await rig.moveTo(900_000);
    await rig.clock.advance(100 + chance + 700);
    const { velocity } = rig.site.drives.get('drive-1')!.plant();
    return (
      velocity === 0 && powerBits(await rig.get('statusword')) === FAULT && (await rig.get('errorCode')) === 0x7500
    );
  },
  'a fault is reset only when its reason is gone and it can be reset at all': async (rig) => {
    const machine = rig.site.drives.get('drive-1')!;
    const reset = async (): Promise<number> => {
      await rig.set('controlword', 0);
      await rig.set('controlword', 0x80);
      return powerBits(await rig.get('statusword'));
    };
    machine.injectFault('over-temperature', { atMs: rig.clock.nowMs() });
    const whileHot = await reset();
    machine.clearFaults();
    const cooled = await reset();
    machine.injectFault('encoder', { atMs: rig.clock.nowMs() });
    machine.clearFaults();
    return whileHot === FAULT && cooled !== FAULT && (await reset()) === FAULT;
  },
  'a limit switch stops a motion onto it': async () => {
    const mechanics = { homeSwitch: null, limitSwitches: { negative: -20_000, positive: 20_000 }, endStops: null };
    const rig = await createRig({ drives: [{ mechanics }] });
    await rig.enable();
    await rig.moveTo(60_000, { velocity: 20_000 });
    await track(rig, 3000);
    const { position, velocity } = rig.site.drives.get('drive-1')!.plant();
    return velocity === 0 && position < 40_000 && powerBits(await rig.get('statusword')) === FAULT;
  },
  'homing fails where the switch is not found': async () => {
    const mechanics = { homeSwitch: null, limitSwitches: { negative: -20_000, positive: 20_000 }, endStops: null };
    const rig = await createRig({ drives: [{ mechanics }] });
    await rig.set('modeOfOperation', 6);
    await rig.set('homingMethod', 19);
    await rig.enable();
    await rig.set('controlword', 0x1f);
    await track(rig, 4000);
    return hasBit(await rig.get('statusword'), 13);
  },
};

test.each(Object.keys(FIDELITY))('40: %s', async (what) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.nat(1000), async (chance, seed) => {
      expect(await FIDELITY[what]!(await createRig({ seed }), chance)).toBe(true);
    }),
    runs(3),
  );
});
