import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantise, type AxisSteps, type QuantisedAxis } from '../../../../services/orchestrator/domain/quantise.ts';
import { synchronise } from '../../../../services/orchestrator/domain/synchronise.ts';
import { axisDemands, type QuantisedDemand } from '../../../support/axis-demands.ts';

const demands = axisDemands([0.0001, 0.0005, 0.001, 0.01, 0.072, 0.5, 1]);
const runs = { seed: 34, numRuns: 120, endOnFailure: true };

function planOf(
  given: readonly QuantisedDemand[],
  { together = true, gapS = 0 }: { together?: boolean; gapS?: number } = {},
): ReturnType<typeof quantise> {
  const steps = new Map(given.map((each): [string, AxisSteps] => [each.drive, each]));
  const places = [...steps.keys()];
  return quantise(synchronise(given, 'phase'), {
    stepsOf: (drive) => steps.get(drive)!,
    together,
    startsAtS: (drive) => places.indexOf(drive) * gapS,
  });
}

/** An oracle that knows no formula of a duration: integrates one drive's motion step by step and says when it stands. */
function simulatedS({ distance, velocity, acceleration, deceleration }: QuantisedAxis): number {
  const stepS = 2e-5;
  let [speed, left, timeS] = [0, Math.abs(distance), 0];
  for (; left > 0; timeS += stepS) {
    const braking = Math.sqrt(2 * deceleration * left);
    const next = Math.min(velocity, speed + acceleration * stepS, braking);
    const way = ((speed + next) / 2) * stepS;
    if (way >= left || way === 0) break;
    left -= way;
    speed = next;
  }
  return timeS;
}

test('every value is a whole number of steps, at least one, and within the limits of the axis', () => {
  fc.assert(
    fc.property(demands, (given) => {
      for (const [index, planned] of planOf(given).axes.entries()) {
        const { resolution, maxVelocity, maxAcceleration, maxDeceleration } = given[index]!;
        const limits = { velocity: maxVelocity, acceleration: maxAcceleration, deceleration: maxDeceleration };
        for (const name of ['velocity', 'acceleration', 'deceleration'] as const) {
          const steps = planned[name] / resolution;
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
          expect(Math.round(steps)).toBeGreaterThanOrEqual(1);
          expect(planned[name]).toBeLessThanOrEqual(Math.max(limits[name], resolution) * (1 + 1e-9));
        }
      }
    }),
    runs,
  );
});

test('the skew it expects is the spread of what integrated motions take, within 1 ms', () => {
  fc.assert(
    fc.property(demands, (given) => {
      const plan = planOf(given.map((each) => ({ ...each, distance: each.distance / 20 })));
      fc.pre(plan.durationS < 1.5);
      const ends = plan.axes.filter(({ distance }) => distance !== 0).map(simulatedS);
      fc.pre(ends.length > 0);
      const spreadMs = (Math.max(...ends) - Math.min(...ends)) * 1000;
      expect(Math.abs(spreadMs - plan.expectedSkewMs)).toBeLessThan(1);
      expect(Math.abs(Math.max(...ends) - plan.durationS)).toBeLessThan(0.001);
    }),
    { ...runs, numRuns: 12 },
  );
});

/** Skews of many plans as shares of their durations, smallest first. */
const skewsOf = (together: boolean): number[] =>
  fc
    .sample(demands, { seed: 57, numRuns: 500 })
    .map((given) => planOf(given, { together }))
    .filter(({ axes, durationS }) => durationS > 0 && axes.every(({ coarse }) => !coarse))
    .map(({ expectedSkewMs, durationS }) => expectedSkewMs / 1000 / durationS)
    .toSorted((one, other) => one - other);
const at = (skews: number[], share: number): number => skews[Math.floor(skews.length * share)]!;

test('solving again against the slowest rounded axis narrows the skew, at the median and at the 95th of 100', () => {
  const [plain, solved] = [skewsOf(false), skewsOf(true)];

  expect(plain.length).toBeGreaterThan(100);
  expect(at(solved, 0.5)).toBeLessThan(at(plain, 0.5) / 2);
  expect(at(solved, 0.95)).toBeLessThan(at(plain, 0.95) / 2);
});

test('two equal sides of a lift end in the same millisecond', () => {
  const side = { maxVelocity: 80, maxAcceleration: 200, maxDeceleration: 200, resolution: 0.0005 };
  const plan = planOf([
    { drive: 'left', distance: 100, ...side },
    { drive: 'right', distance: 99.9, ...side },
  ]);

  expect(plan.expectedSkewMs).toBeLessThan(1);
  expect(plan.durationS).toBeCloseTo(1.65, 2);
});

test('a move of less than 20 steps a second is marked: one step more or less changes its end by percents', () => {
  const plan = planOf([
    { drive: 'slow', distance: 10, maxVelocity: 100, maxAcceleration: 100, maxDeceleration: 100, resolution: 1 },
    { drive: 'long', distance: 1000, maxVelocity: 100, maxAcceleration: 100, maxDeceleration: 100, resolution: 0.001 },
  ]);

  expect(plan.axes.map(({ coarse }) => coarse)).toEqual([true, false]);
});

test('a side that starts later is given so much less time, so that both still end together', () => {
  const side = { maxVelocity: 80, maxAcceleration: 200, maxDeceleration: 200, resolution: 0.0005 };
  const sides = [
    { drive: 'first', distance: 100, ...side },
    { drive: 'second', distance: 50, ...side },
  ];
  const plan = planOf(sides, { gapS: 0.04 });

  expect(plan.expectedStartSkewMs).toBe(40);
  expect(plan.expectedSkewMs).toBeLessThan(1);
  const [first, second] = plan.axes;
  expect(first!.durationS - second!.durationS).toBeCloseTo(0.04, 3);
  expect(plan.durationS).toBeCloseTo(first!.durationS, 4);
});
