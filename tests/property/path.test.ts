import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { courseThrough } from '../../services/orchestrator/domain/path/course.ts';
import { endS, extremesOf, motionAt, type Curve } from '../../services/orchestrator/domain/path/curve.ts';
import { expectedDeviation, instantsOf } from '../../services/orchestrator/domain/path/pace.ts';
import {
  firstSetpoint,
  nextSetpoint,
  type Course,
  type Doing,
  type Setpoint,
} from '../../services/orchestrator/domain/path/setpoint.ts';
import { planMove, sampleRamp, standAt, type Ramp } from '../../simulator/plant/ramp.ts';
import { runs } from './runs.ts';

const within = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

interface Given {
  readonly start: number;
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
  readonly places: readonly number[];
}

/** Some axes with as many points each; a point may be where the one before it was. */
const axes = fc.integer({ min: 1, max: 12 }).chain((points) =>
  fc.array(
    fc.record<Given>({
      start: within(0, 400),
      maxVelocity: within(5, 200),
      maxAcceleration: within(20, 2000),
      places: fc.array(fc.oneof(within(0, 400), fc.constantFrom(0, 100, 100.5, 400)), {
        minLength: points,
        maxLength: points,
      }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
);

const beginningOf = ({ start, ...limits }: Given) => ({ position: start, ...limits });

/** Null where two points follow each other in the same place. */
function timed(given: readonly Given[], scale = 1) {
  const points = (given[0]?.places ?? []).map((_, at) => ({ positions: given.map(({ places }) => places[at] ?? 0) }));
  return courseThrough(given.map(beginningOf), points, scale);
}

const near = (one: number, other: number): void => expect(Math.abs(one - other)).toBeLessThan(1e-6);

const envelope = (curve: Curve): readonly [number, number] => {
  const all = curve.map(extremesOf);
  return [Math.min(...all.map(({ lowest }) => lowest)), Math.max(...all.map(({ highest }) => highest))];
};

describe('the course of a path', () => {
  test('passes every point at its time, without a jump in place or velocity, at rest before and after', () => {
    fc.assert(
      fc.property(axes, within(0.05, 1), (given, scale) => {
        const course = timed(given, scale);
        fc.pre(course !== null);
        for (const [index, { start, places, maxVelocity }] of given.entries()) {
          const curve = course.curves[index]!;
          near(motionAt(curve, 0).position, start);
          for (const [at, timeS] of course.pointsS.entries()) {
            near(motionAt(curve, timeS).position, places[at]!);
            const [before, after] = [motionAt(curve, timeS - 1e-7), motionAt(curve, timeS + 1e-7)];
            near(before.position / maxVelocity, after.position / maxVelocity);
            expect(Math.abs(before.velocity - after.velocity)).toBeLessThan(1e-3 * maxVelocity);
          }
          expect(motionAt(curve, endS(curve) + 1)).toEqual({
            position: motionAt(curve, endS(curve)).position,
            velocity: 0,
          });
          expect(motionAt(curve, endS(curve)).velocity).toBe(0);
        }
      }),
      runs(150),
    );
  });

  test('without times it keeps every limit, and no axis goes beyond the points that it was given', () => {
    fc.assert(
      fc.property(axes, within(0.05, 1), (given, scale) => {
        const course = timed(given, scale);
        fc.pre(course !== null);
        for (const [index, { start, places, maxVelocity, maxAcceleration }] of given.entries()) {
          const curve = course.curves[index]!;
          const [lowest, highest] = envelope(curve);
          expect(lowest).toBeGreaterThanOrEqual(Math.min(start, ...places) - 1e-6);
          expect(highest).toBeLessThanOrEqual(Math.max(start, ...places) + 1e-6);
          for (let share = 0; share <= 1; share += 0.01) {
            expect(Math.abs(motionAt(curve, share * endS(curve)).velocity)).toBeLessThanOrEqual(
              maxVelocity * scale * (1 + 1e-6),
            );
          }
          const steepest = Math.max(...curve.map((stretch) => extremesOf(stretch).acceleration));
          expect(steepest).toBeLessThanOrEqual(maxAcceleration * (1 + 1e-6));
        }
      }),
      runs(150),
    );
  });
});

const FIRST_S = 0.25;

/** A drive as the simulator has it, that takes every set-point so much later than it was meant. */
function follow(course: Course, { everyS, lateS, untilS }: { everyS: number; lateS: number; untilS: number }) {
  const { curve } = course;
  const told: Setpoint[] = [];
  let ramp: Ramp = standAt(motionAt(curve, 0).position, 0);
  let doing: Doing = { velocity: 0, target: motionAt(curve, 0).position, deviation: 0 };
  let [farthest, seenS] = [0, 0];
  const see = (toS: number): void => {
    for (; seenS < toS; seenS += 0.01) {
      const off = sampleRamp(ramp, seenS * 1000).position - motionAt(curve, seenS).position;
      farthest = Math.max(farthest, Math.abs(off));
    }
  };
  const take = (setpoint: Setpoint | null, atS: number): void => {
    if (setpoint === null) return;
    told.push(setpoint);
    see(atS + lateS);
    const now = sampleRamp(ramp, (atS + lateS) * 1000);
    ramp = planMove({ ...now, atMs: (atS + lateS) * 1000 }, setpoint.target, setpoint);
    const way = Math.sign(setpoint.target - motionAt(curve, atS).position);
    doing = { velocity: way * setpoint.velocity, target: setpoint.target, deviation: 0 };
  };
  take(firstSetpoint(course, Math.min(FIRST_S, endS(curve) / 2)), 0);
  for (const atS of instantsOf(curve, { firstS: FIRST_S, everyS, leadS: 0 }, 0).filter((s) => s < untilS)) {
    const deviation = sampleRamp(ramp, atS * 1000).position - motionAt(curve, atS).position;
    take(nextSetpoint(course, { atS, forS: everyS }, { ...doing, deviation }), atS);
  }
  see(endS(curve));
  return { told, farthest, ramp, rest: sampleRamp(ramp, ramp.endMs).position };
}

const aPath = axes.map((given) => given.slice(0, 1));
const every = fc.constantFrom(0.1, 0.166, 0.3);

describe('the set-points of a path', () => {
  test('keep every limit and lead nowhere that the path itself does not go, wherever the stream ends', () => {
    fc.assert(
      fc.property(aPath, every, fc.tuple(within(0, 0.05), within(0, 1)), (given, everyS, [lateS, share]) => {
        const all = timed(given);
        fc.pre(all !== null);
        const { maxVelocity, maxAcceleration } = given[0]!;
        const curve = all.curves[0]!;
        const limits = { maxVelocity, maxAcceleration };
        const course = { curve, limits, resolution: 0.0005 };
        const { told, rest, ramp } = follow(course, { everyS, lateS, untilS: share * endS(curve) });
        const [lowest, highest] = envelope(curve);

        for (const { target, velocity, acceleration, deceleration } of told) {
          expect(target).toBeGreaterThanOrEqual(lowest - 1e-9);
          expect(target).toBeLessThanOrEqual(highest + 1e-9);
          expect(velocity).toBeLessThanOrEqual(maxVelocity);
          expect(velocity).toBeGreaterThan(0);
          expect(Math.max(acceleration, deceleration)).toBeLessThanOrEqual(maxAcceleration);
          expect(acceleration).toBeGreaterThan(0);
        }
        // it has an end by itself, at the last target
        expect(Number.isFinite(ramp.endMs)).toBe(true);
        expect(rest).toBeCloseTo(told.at(-1)?.target ?? motionAt(curve, 0).position, 6);
      }),
      runs(150),
    );
  });

  test('bring a drive to the last point, no farther from the plan than expected and what lateness adds', () => {
    fc.assert(
      fc.property(aPath, every, within(0, 0.02), (given, everyS, lateS) => {
        const all = timed(given, 0.6);
        fc.pre(all !== null);
        const { maxVelocity, maxAcceleration, places } = given[0]!;
        const curve = all.curves[0]!;
        const course = { curve, limits: { maxVelocity, maxAcceleration }, resolution: 0.0005 };
        const { farthest, rest, ramp } = follow(course, { everyS, lateS, untilS: Infinity });
        const peaks = curve.map(extremesOf);
        const fastest = Math.max(...peaks.map(({ velocity }) => velocity));
        const expected = expectedDeviation(curve, { firstS: FIRST_S, everyS, leadS: 0 });

        expect(Math.abs(rest - places.at(-1)!)).toBeLessThanOrEqual(course.resolution);
        expect(farthest).toBeLessThanOrEqual(expected + 2 * fastest * (everyS / 2 + lateS) + 0.01);
        expect(ramp.endMs / 1000).toBeLessThan(endS(curve) + 2);
      }),
      runs(150),
    );
  });
});
