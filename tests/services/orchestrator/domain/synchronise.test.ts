import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { synchronise, withDuration, type AxisDemand } from '../../../../services/orchestrator/domain/synchronise.ts';
import { durationS, peakVelocity, velocityFor } from '../../../../services/orchestrator/domain/trapezoid.ts';

const axis = (drive: string, distance: number, limits: readonly [number, number, number]): AxisDemand => ({
  drive,
  distance,
  maxVelocity: limits[0],
  maxAcceleration: limits[1],
  maxDeceleration: limits[2],
});

/** Ramp, cruise, ramp: the three phases of an axis as a drive would run them. */
const phases = (planned: ReturnType<typeof synchronise>['axes'][number]): [number, number, number] => {
  const peak = peakVelocity(planned);
  const up = peak / planned.acceleration;
  const down = peak / planned.deceleration;
  return [up, Math.abs(planned.distance) / peak - (up + down) / 2, down];
};

const positive = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const demands = fc
  .array(
    fc.record({
      distance: fc.oneof(positive(0.001, 1000), positive(-1000, -0.001), fc.constant(0)),
      maxVelocity: positive(0.1, 500),
      maxAcceleration: positive(1, 5000),
      maxDeceleration: positive(1, 5000),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((axes) => axes.map((each, index): AxisDemand => ({ ...each, drive: `axis-${index}` })));
const runs = { seed: 33, numRuns: 120, endOnFailure: true };

test('the worked example of the reference: three axes, asymmetric ramps, 2.2 s', () => {
  const { axes, durationS: wholeS } = synchronise(
    [axis('x', 100, [50, 200, 400]), axis('y', -30, [40, 100, 100]), axis('z', 5, [20, 50, 100])],
    'phase',
  );

  expect(wholeS).toBeCloseTo(2.2, 12);
  expect(axes.map(({ velocity }) => velocity)).toEqual([50, 15, 2.5]);
  expect(axes[0]?.deceleration).toBeCloseTo(333.333, 2);
  expect(axes[1]?.acceleration).toBeCloseTo(60, 9);
  expect(axes[2]?.deceleration).toBeCloseTo(16.667, 2);
});

test('in phase, every axis that moves has the same ramp up, cruise and ramp down', () => {
  fc.assert(
    fc.property(demands, (given) => {
      const moving = synchronise(given, 'phase').axes.filter(({ distance }) => distance !== 0);
      const [first, ...others] = moving.map(phases);
      for (const other of others) {
        const wholeS = first!.reduce((sum, part) => sum + part, 0);
        other.forEach((part, index) => expect(Math.abs(part - first![index]!)).toBeLessThan(1e-9 * (1 + wholeS)));
      }
    }),
    runs,
  );
});

test.each(['phase', 'time', 'none'] as const)(
  'sync %s never exceeds a limit and goes exactly the way asked',
  (sync) => {
    fc.assert(
      fc.property(demands, (given) => {
        const { axes } = synchronise(given, sync);
        for (const [index, planned] of axes.entries()) {
          const asked = given[index]!;
          expect(planned.distance).toBe(asked.distance);
          expect(planned.velocity).toBeLessThanOrEqual(asked.maxVelocity * (1 + 1e-12));
          expect(planned.acceleration).toBeLessThanOrEqual(asked.maxAcceleration * (1 + 1e-12));
          expect(planned.deceleration).toBeLessThanOrEqual(asked.maxDeceleration * (1 + 1e-12));
        }
      }),
      runs,
    );
  },
);

test('no plan is shorter than its slowest axis alone, and sync time is exactly that long', () => {
  fc.assert(
    fc.property(demands, (given) => {
      const aloneS = synchronise(given, 'none').durationS;
      expect(synchronise(given, 'phase').durationS).toBeGreaterThanOrEqual(aloneS * (1 - 1e-12));
      const together = synchronise(given, 'time');
      expect(together.durationS).toBeCloseTo(aloneS, 9);
      for (const planned of together.axes.filter(({ distance }) => distance !== 0)) {
        expect(durationS(planned)).toBeCloseTo(aloneS, 9);
      }
    }),
    runs,
  );
});

test('a longer duration keeps the shape: every phase is stretched by the same factor', () => {
  fc.assert(
    fc.property(demands, positive(1, 20), (given, factor) => {
      const fast = synchronise(given, 'phase');
      fc.pre(fast.durationS > 0);
      const slow = withDuration(fast, fast.durationS * factor)!;
      for (const [index, planned] of slow.axes.entries()) {
        if (planned.distance === 0) continue;
        const before = phases(fast.axes[index]!);
        phases(planned).forEach((part, which) =>
          expect(Math.abs(part - before[which]! * factor)).toBeLessThan(1e-8 * (1 + fast.durationS * factor)),
        );
      }
    }),
    runs,
  );
});

test('a duration shorter than the limits allow is refused', () => {
  const fast = synchronise([axis('x', 100, [50, 200, 200])], 'phase');

  expect(withDuration(fast, fast.durationS * 0.99)).toBeNull();
});

test('a short move turns round before it reaches its velocity', () => {
  const short = { distance: 1, velocity: 1000, acceleration: 100, deceleration: 100 };

  expect(peakVelocity(short)).toBeCloseTo(10, 12);
  expect(durationS(short)).toBeCloseTo(0.2, 12);
});

test('the velocity for a wanted duration gives that duration, also where the textbook form loses its digits', () => {
  fc.assert(
    fc.property(fc.tuple(positive(0.001, 1000), positive(1, 5000), positive(1, 5000), positive(1, 1e4)), (given) => {
      const [distance, acceleration, deceleration, factor] = given;
      const ramps = { distance, acceleration, deceleration };
      const wantedS = factor * Math.sqrt(2 * distance * (1 / acceleration + 1 / deceleration));
      const velocity = velocityFor(ramps, wantedS);
      expect(durationS({ ...ramps, velocity }) / wantedS).toBeCloseTo(1, 9);
    }),
    runs,
  );
});

test('an axis with no way to go takes no time and holds nobody up', () => {
  const plan = synchronise([axis('x', 0, [1, 1, 1]), axis('y', 10, [10, 100, 100])], 'phase');

  expect(durationS(plan.axes[0]!)).toBe(0);
  expect(plan.durationS).toBeCloseTo(1.1, 12);
  expect(synchronise([axis('x', 0, [1, 1, 1])], 'phase').durationS).toBe(0);
});
