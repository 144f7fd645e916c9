import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AxisUnits } from '../../../../drivers/base/index.ts';
import { planMotion, type MotionRequest } from '../../../../services/device/domain/motion-plan.ts';
import { createScale } from '../../../../services/device/domain/scale.ts';
import {
  distanceInTime,
  planTrapezoid,
  stoppingDistance,
  takeOverMs,
} from '../../../../services/device/domain/trapezoid.ts';
import { referenceProfile } from '../axis-bench.ts';

const limits = { unit: 'mm', range: [0, 400] as const, maxVelocity: 50, maxAcceleration: 200, tolerance: 0.1 };
const scale = createScale({ travelPerRevolution: 3, gearRatio: 7, direction: 'normal' }, referenceProfile);
const frame = { scale, limits };

const request = (change: Partial<MotionRequest>): MotionRequest => ({
  from: AxisUnits(0),
  initialVelocity: 0,
  target: AxisUnits(100),
  velocity: 50,
  acceleration: 200,
  deceleration: 200,
  ...change,
});
const codeOf = (change: Partial<MotionRequest>): string => {
  const planned = planMotion(request(change), frame);
  return planned.ok ? 'planned' : planned.problem.code;
};

describe('limits', () => {
  test.each([
    ['the very ends of the range', { target: AxisUnits(400) }, 'planned'],
    ['a hair beyond the range', { target: AxisUnits(400.0001) }, 'softLimit'],
    ['below the range', { target: AxisUnits(-0.0001) }, 'softLimit'],
    ['the greatest velocity', { velocity: 50 }, 'planned'],
    ['more than the greatest velocity', { velocity: 50.001 }, 'velocity'],
    ['no velocity', { velocity: 0 }, 'velocity'],
    ['too steep a ramp up', { acceleration: 200.001 }, 'acceleration'],
    ['too steep a ramp down', { deceleration: 200.001 }, 'acceleration'],
    ['from outside back to the edge', { from: AxisUnits(410), target: AxisUnits(400) }, 'planned'],
    ['from outside nearer, still outside', { from: AxisUnits(410), target: AxisUnits(405) }, 'planned'],
    ['from outside further out', { from: AxisUnits(410), target: AxisUnits(411) }, 'softLimit'],
    ['from outside to beyond the other end', { from: AxisUnits(410), target: AxisUnits(-5) }, 'softLimit'],
    ['from nowhere known to outside', { from: null, target: AxisUnits(405) }, 'softLimit'],
    // 50 mm/s and 200 mm/s2 need 6.25 mm
    ['back, with room to brake', { from: AxisUnits(393), initialVelocity: 50 }, 'planned'],
    ['back, with no room to brake before the end', { from: AxisUnits(395), initialVelocity: 50 }, 'softLimit'],
    ['back, braking too gently', { from: AxisUnits(370), initialVelocity: 50, deceleration: 20 }, 'softLimit'],
    [
      'away from the near end, braking gently',
      { from: AxisUnits(10), initialVelocity: 50, deceleration: 20 },
      'planned',
    ],
    ['towards the near end, with no room', { from: AxisUnits(5), initialVelocity: -50 }, 'softLimit'],
    ['inwards already, from outside', { from: AxisUnits(420), initialVelocity: -50 }, 'planned'],
  ])('%s', (_what, change, code) => {
    expect(codeOf(change)).toBe(code);
  });

  test('hold after quantisation too, for every target inside', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 400, noNaN: true }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        (target, velocity) => {
          const planned = planMotion(request({ target: AxisUnits(target), velocity }), frame);
          if (!planned.ok) throw new Error(planned.problem.detail);
          expect(planned.plan.target).toBeGreaterThanOrEqual(0);
          expect(planned.plan.target).toBeLessThanOrEqual(400);
          expect(Math.abs(planned.plan.target - target)).toBeLessThanOrEqual(scale.resolution * 1.01);
          expect(scale.velocityToAxisUnits(planned.plan.setpoint.velocity)).toBeLessThanOrEqual(velocity * (1 + 1e-8));
        },
      ),
    );
  });

  test('the refusal of a motion that cannot brake in time says where it would end', () => {
    const planned = planMotion(request({ from: AxisUnits(395), initialVelocity: 50 }), frame);

    expect(planned).toMatchObject({ ok: false, problem: { limit: 400, actual: 401.25 } });
  });

  test('the refusal says from where, to where, the range and the unit', () => {
    const planned = planMotion(request({ target: AxisUnits(401) }), frame);

    expect(planned).toMatchObject({ ok: false, problem: { limit: 400, actual: 401 } });
    expect(!planned.ok && planned.problem.detail).toBe('A move from 0 to 401 mm would leave the range 0 to 400 mm.');
  });
});

describe('the trapezoid', () => {
  test.each([
    // motion reference 5.4: D 100, V 50, A 200, B 400 takes 0.25 s up, 1.8125 s through, 0.125 s down
    [{ distance: 100, velocity: 50, acceleration: 200, deceleration: 400 }, [250, 1812.5, 125]],
    [{ distance: 1, velocity: 50, acceleration: 100, deceleration: 100 }, [100, 0, 100]],
    [{ distance: 0, velocity: 50, acceleration: 100, deceleration: 100 }, [0, 0, 0]],
  ])('%j', (asked, [upMs, throughMs, downMs]) => {
    const plan = planTrapezoid(asked);
    expect(plan.accelerationMs).toBeCloseTo(upMs!, 6);
    expect(plan.cruiseMs).toBeCloseTo(throughMs!, 6);
    expect(plan.decelerationMs).toBeCloseTo(downMs!, 6);
  });

  test('covers exactly its distance and never exceeds its velocity', () => {
    const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
    const any = fc.record({ distance: positive, velocity: positive, acceleration: positive, deceleration: positive });
    fc.assert(
      fc.property(any, (asked) => {
        const plan = planTrapezoid(asked);
        const covered =
          (plan.peakVelocity * (plan.accelerationMs / 2 + plan.cruiseMs + plan.decelerationMs / 2)) / 1000;
        expect(covered / asked.distance).toBeCloseTo(1, 9);
        expect(plan.peakVelocity).toBeLessThanOrEqual(asked.velocity);
      }),
    );
  });

  test.each([
    ['from rest', { initialVelocity: 0, distance: 100 }, 2000 + 250],
    ['on the way to it', { initialVelocity: 50, distance: 100 }, 2000 + 250],
    // brakes for 0.25 s over 6.25 mm, and goes all the way back
    ['the other way', { initialVelocity: -50, distance: 100 }, 250 + 2125 + 250],
    ['too fast to stop before it', { initialVelocity: 50, distance: 5 }, 250 + 2 * Math.sqrt(1.25 / 200) * 1000],
  ])('a motion that takes over takes so long: %s', (_what, taken, durationMs) => {
    const ramp = { velocity: 50, acceleration: 200, deceleration: 200 };
    expect(takeOverMs({ ...ramp, ...taken })).toBeCloseTo(durationMs, 6);
  });

  test('a motion for a time ends where ramp, cruise and the way to stop lead', () => {
    const ramp = { velocity: 10, acceleration: 20, deceleration: 40 };
    // 0.5 s up (2.5), 1.5 s at 10 (15), then 10^2 / 80 to stop
    expect(distanceInTime(ramp, 2000)).toBeCloseTo(2.5 + 15 + 1.25, 9);
    expect(distanceInTime(ramp, 100)).toBeCloseTo(0.1 + stoppingDistance(2, 40), 9);
  });
});
