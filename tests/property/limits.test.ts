import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DriveConfig } from '../../config/index.ts';
import { Refusal } from '../../services/contracts/index.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';
import { axisBench, referenceProfile, spindle, type AxisBench } from '../services/device/axis-bench.ts';
import { runs } from './runs.ts';

interface Given {
  readonly config: DriveConfig;
  /** Drive counts per axis unit, signed; worked out here a second time. */
  readonly countsPerUnit: number;
  readonly low: number;
  readonly high: number;
}

/** Any axis that knows where it is; the drive's counts lie as they like. */
const anyAxis = fc.record({
  travelPerRevolution: fc.constantFrom(1, 3, 5, 7.3, 360),
  gearRatio: fc.constantFrom(0.7, 1, 5, 7),
  direction: fc.constantFrom('normal' as const, 'inverted' as const),
  low: fc.integer({ min: -300, max: 100 }),
  span: fc.integer({ min: 20, max: 300 }),
  maxVelocity: fc.integer({ min: 5, max: 60 }),
  maxAcceleration: fc.integer({ min: 20, max: 300 }),
});
type AnyAxis = typeof anyAxis extends fc.Arbitrary<infer Value> ? Value : never;

function givenOf({ low, span, direction, ...axis }: AnyAxis): Given {
  const high = low + span;
  const way = direction === 'inverted' ? -1 : 1;
  const countsPerUnit = (way * referenceProfile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
  const own = { ...axis, direction, range: [low, high] as const, stopDeceleration: 500, homingRequired: false };
  return { config: spindle({ axis: { ...spindle().axis, ...own } }), countsPerUnit, low, high };
}

/** At standstill at the given place of the axis. */
async function standing({ config, countsPerUnit }: Given, at: number): Promise<AxisBench> {
  const bench = await axisBench({ config, before: (drive) => void (drive.position = at * countsPerUnit) });
  await bench.run('enable', {});
  return bench;
}

/** Virtual time goes on meanwhile: a relative move waits for a fresh reading. */
async function isAdmitted(asked: Promise<CommandRecord>, bench: AxisBench): Promise<boolean> {
  const outcome = asked.then(
    () => true,
    (error: unknown) => {
      onlyRefusals(error);
      return false;
    },
  );
  await bench.pass(50);
  return outcome;
}

/** Below 0 and above 1 it lies outside, or above the limit: seldom, for a refusal shows little. */
const share = fc
  .oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 9_999 }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 5_000, 10_000) },
    { weight: 1, arbitrary: fc.integer({ min: -3_000, max: 13_000 }) },
  )
  .map((parts) => parts / 10_000);
const kind = fc.constantFrom('absolute', 'relative', 'velocity', 'jog', 'override', 'halt', 'arm');
type Ask = readonly [kind: string, where: number, fast: number, steep: number];
const ask: fc.Arbitrary<Ask> = fc.tuple(kind, share, share, share);

function submitted([what, where, fast, steep]: Ask, { axis }: AxisBench, given: Given): Promise<CommandRecord> {
  const { config, low, high } = given;
  const { maxVelocity, maxAcceleration } = config.axis;
  const velocity = fast * maxVelocity;
  const ramps = { acceleration: steep * maxAcceleration, deceleration: fast * maxAcceleration };
  const position = low + where * (high - low);
  const way = where > 0.5 ? 1 : -1;
  const asks: Record<string, () => Promise<CommandRecord>> = {
    absolute: () => axis.submit('move-absolute', { position, velocity, ...ramps }),
    relative: () => axis.submit('move-relative', { distance: (where - 0.5) * (high - low), velocity }),
    velocity: () => axis.submit('move-velocity', { velocity: way * velocity, maxDurationMs: 1500, ...ramps }),
    jog: () => axis.submit('jog', { velocity: way * velocity, ...ramps }),
    override: () => axis.submit('set-override', { velocityFactor: Math.min(1, Math.max(0.01, fast)) }),
    halt: () => axis.submit('halt', {}),
    arm: () => axis.submit('arm', { position, velocity, ...ramps, group: 1, armTtlMs: 50 }),
  };
  return asks[what]!();
}

/** Rounding of binary fractions, not more. */
const SLACK = 1e-9;

describe('limits', () => {
  test('17: what the drive is told stays inside the range and below every limit, times the override, to the last step', async () => {
    const acts = fc.array(fc.tuple(ask, fc.integer({ min: 30, max: 1200 })), { minLength: 5, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(anyAxis, acts, async (axis, history) => {
        const given = givenOf(axis);
        const bench = await standing(given, (given.low + given.high) / 2);
        const wrong: string[] = [];
        for (const [one, afterMs] of history) {
          const told = bench.drive.accepted.length;
          const asked = submitted(one, bench, given).catch(onlyRefusals);
          await bench.pass(afterMs);
          await asked;
          wrong.push(...beyondLimits(bench, given, told));
        }

        expect(wrong).toEqual([]);
      }),
      runs(60),
    );
  });

  test('18: from outside the range only the way back is open, on both sides', async () => {
    const outside = fc.double({ min: 0.5, max: 50, noNaN: true });
    const moving = fc.constantFrom('absolute', 'relative', 'velocity', 'jog');
    await fc.assert(
      fc.asyncProperty(anyAxis, outside, fc.boolean(), moving, share, async (...[axis, by, isAbove, what, where]) => {
        const given = givenOf(axis);
        const { low, high } = given;
        const at = isAbove ? high + by : low - by;
        const bench = await standing(given, at);
        // from far outside on this side to far outside on the other
        const target = at + (isAbove ? -1 : 1) * (where * 2 - 0.5) * (high - low + 2 * by);
        fc.pre(Math.abs(target - at) > 0.01 && clearOf(target, at, given));
        const way = Math.sign(target - at);

        const admitted = await isAdmitted(go(what, { bench, target, distance: target - at, way }), bench);

        const isBack = way === (isAbove ? -1 : 1);
        const isFreeEnd = target >= low - 1e-6 && target <= high + 1e-6;
        const isNearer = isBack && (isFreeEnd || (isAbove ? target > high : target < low));
        expect(admitted).toBe(what === 'jog' || what === 'velocity' ? isBack : isNearer);
      }),
      runs(120),
    );
  });
});

/** Not so near an edge that rounding decides. */
const clearOf = (target: number, at: number, { low, high }: Given): boolean =>
  [low, high, at].every((edge) => Math.abs(target - edge) > 0.01);

interface Going {
  readonly bench: AxisBench;
  readonly target: number;
  readonly distance: number;
  readonly way: number;
}

function go(what: string, { bench, target, distance, way }: Going): Promise<CommandRecord> {
  if (what === 'absolute') return bench.axis.submit('move-absolute', { position: target });
  if (what === 'relative') return bench.axis.submit('move-relative', { distance });
  if (what === 'jog') return bench.axis.submit('jog', { velocity: way * 0.4, ttlMs: 100 });
  return bench.axis.submit('move-velocity', { velocity: way * 0.4, maxDurationMs: 100 });
}

const onlyRefusals = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error;
};

/** What was told to the drive since, and where the shaft has been, held against the axis's own limits. */
function beyondLimits(bench: AxisBench, { config, countsPerUnit, low, high }: Given, since: number): string[] {
  const { maxVelocity, maxAcceleration } = config.axis;
  const override = bench.axis.state().override;
  const size = Math.abs(countsPerUnit);
  const wrong: string[] = [];
  const check = (what: string, value: number, [least, most]: readonly [number, number]): void => {
    const slack = SLACK * (1 + Math.abs(least) + Math.abs(most));
    if (value < least - slack || value > most + slack) wrong.push(`${what} ${value} is not in ${least} to ${most}`);
  };
  for (const intent of bench.drive.accepted.slice(since)) {
    if (intent.kind !== 'moveTo' && intent.kind !== 'arm') continue;
    check('target', intent.target / countsPerUnit, [low, high]);
    check('velocity', intent.velocity / size, [0, Math.max(maxVelocity * override, 1 / size)]);
    check('acceleration', intent.acceleration / size, [0, maxAcceleration]);
    check('deceleration', intent.deceleration / size, [0, maxAcceleration]);
  }
  check('shaft', bench.drive.position / countsPerUnit, [low, high]);
  return wrong;
}
