import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAxis } from '../../simulator/plant/axis.ts';
import { placeMechanics, switchesAt } from '../../simulator/plant/mechanics.ts';
import { planMove, planStop, planVelocity, sampleRamp } from '../../simulator/plant/ramp.ts';

const COUNTS_PER_REVOLUTION = 10_000;
const cause = { by: 'frame', frame: 1 } as const;

const axisUnderTest = () => createAxis({ countsPerRevolution: COUNTS_PER_REVOLUTION, onEvent: () => undefined });

/** Velocity and position after every millisecond. */
function record(axis: ReturnType<typeof axisUnderTest>, fromMs: number, count: number) {
  return Array.from({ length: count }, (_, index) => {
    axis.tick(fromMs + index + 1);
    return axis.shaft();
  });
}

describe('a ramp in closed form', () => {
  const origin = fc.record({
    atMs: fc.double({ min: 0, max: 1000, noNaN: true }),
    position: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    velocity: fc.integer({ min: -500_000, max: 500_000 }),
  });
  const limits = fc.record({
    velocity: fc.integer({ min: 100, max: 1_000_000 }),
    acceleration: fc.integer({ min: 1000, max: 10_000_000 }),
    deceleration: fc.integer({ min: 1000, max: 10_000_000 }),
  });

  test('from any velocity it ends on its target, exactly and at rest', () => {
    fc.assert(
      fc.property(origin, fc.integer({ min: -1_000_000, max: 1_000_000 }), limits, (from, target, within) => {
        const ramp = planMove(from, target, within);
        const end = sampleRamp(ramp, ramp.endMs);
        expect(end.velocity).toBe(0);
        expect(end.position).toBeCloseTo(target, 3);
      }),
      { seed: 1 },
    );
  });

  test('it is continuous, keeps its velocity limit once below it, and never bends harder than its ramps', () => {
    fc.assert(
      fc.property(origin, fc.integer({ min: -1_000_000, max: 1_000_000 }), limits, (from, target, within) => {
        const ramp = planMove(from, target, within);
        const hardest = Math.max(within.acceleration, within.deceleration);
        const fastest = Math.max(within.velocity, Math.abs(from.velocity));
        const stepMs = (ramp.endMs - from.atMs) / 200;
        const track = Array.from({ length: 201 }, (_, index) => sampleRamp(ramp, from.atMs + index * stepMs));
        const steps = track.slice(1).map((now, index) => ({
          speed: Math.abs(now.velocity),
          change: Math.abs(now.velocity - track[index]!.velocity),
          way: Math.abs(now.position - track[index]!.position),
        }));
        expect(track[0]).toEqual({ position: from.position, velocity: from.velocity });
        expect(Math.max(...steps.map(({ speed }) => speed))).toBeLessThanOrEqual(fastest * 1.000_001 + 1e-6);
        expect(Math.max(...steps.map(({ change }) => change))).toBeLessThanOrEqual((hardest * stepMs) / 1000 + 1e-3);
        expect(Math.max(...steps.map(({ way }) => way))).toBeLessThanOrEqual((fastest * stepMs) / 1000 + 1e-3);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  test('a stop takes the braking distance and no more', () => {
    const ramp = planStop({ atMs: 0, position: 0, velocity: 10_000 }, 50_000);

    expect(ramp.endMs).toBeCloseTo(200);
    expect(sampleRamp(ramp, 1e6).position).toBeCloseTo(10_000 ** 2 / (2 * 50_000));
  });

  test('a velocity is reached by the acceleration ramp and then kept for ever', () => {
    const ramp = planVelocity({ atMs: 0, position: 0, velocity: 0 }, -1000, { acceleration: 1000, deceleration: 1 });

    expect(ramp.endMs).toBe(Infinity);
    expect(sampleRamp(ramp, 1000).velocity).toBe(-1000);
    expect(sampleRamp(ramp, 11_000).position).toBeCloseTo(-500 - 10_000);
  });
});

describe('the shaft', () => {
  test('it follows a ramp continuously, within its velocity and acceleration, and comes to rest on the target', () => {
    const axis = axisUnderTest();
    const limits = { velocity: 20_000, acceleration: 100_000, deceleration: 200_000 };
    axis.hold(0);
    axis.follow(planMove({ atMs: 0, position: 0, velocity: 0 }, 15_000, limits), 0, cause);

    const track = record(axis, 0, 1500);

    const changes = track.slice(1).map(({ velocity }, index) => Math.abs(velocity - track[index]!.velocity));
    const ways = track.slice(1).map(({ position }, index) => Math.abs(position - track[index]!.position));
    expect(Math.max(...ways)).toBeLessThanOrEqual((20_000 / 1000) * 1.02);
    expect(Math.max(...track.map(({ velocity }) => Math.abs(velocity)))).toBeLessThanOrEqual(20_000 * 1.01);
    expect(Math.max(...changes)).toBeLessThanOrEqual((200_000 / 1000) * 1.1);
    expect(Math.abs(axis.shaft().position - 15_000)).toBeLessThanOrEqual(1);
    expect(axis.shaft().velocity).toBe(0);
    expect(axis.isAtRest()).toBe(true);
  });

  test('it comes to rest, and not only nearly, whatever the ramp and wherever in a millisecond it ends', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 6, noNaN: true }),
        fc.integer({ min: 1000, max: 1_500_000 }),
        fc.integer({ min: 50_000, max: 10_000_000 }),
        (atMs, velocity, acceleration) => {
          const axis = axisUnderTest();
          axis.hold(0);
          const limits = { velocity, acceleration, deceleration: acceleration };
          const ramp = planMove({ atMs, position: 0, velocity: 0 }, velocity / 2, limits);
          record(axis, 0, 5);
          axis.follow(ramp, atMs, cause);

          record(axis, 5, Math.ceil(ramp.endMs) + 500);

          expect(axis.isAtRest()).toBe(true);
          expect(Math.abs(axis.shaft().position - velocity / 2)).toBeLessThanOrEqual(2);
        },
      ),
      { seed: 3, numRuns: 100, endOnFailure: true },
    );
  });

  test('released in motion it coasts, which takes much longer than any ramp', () => {
    const axis = axisUnderTest();
    axis.hold(0);
    axis.follow(
      planVelocity({ atMs: 0, position: 0, velocity: 0 }, 100_000, { acceleration: 4e6, deceleration: 4e6 }),
      0,
      cause,
    );
    record(axis, 0, 100);
    const from = axis.shaft().position;
    axis.release(cause);

    const coast = record(axis, 100, 1000);

    const stoppedAfterMs = coast.findIndex(({ velocity }) => velocity === 0);
    expect(stoppedAfterMs).toBeGreaterThan((100_000 / 4e6) * 1000 * 4);
    expect(axis.shaft().position - from).toBeGreaterThan(5000);
    expect(axis.isAtRest()).toBe(true);
  });

  test('a wall stops it, and the servo pushes with all it has', () => {
    const axis = createAxis({
      countsPerRevolution: COUNTS_PER_REVOLUTION,
      mechanics: { homeSwitch: null, limitSwitches: null, endStops: { low: -100, high: 3000 } },
      onEvent: () => undefined,
    });
    const limits = { velocity: 20_000, acceleration: 200_000, deceleration: 200_000 };
    axis.hold(0);
    axis.follow(planMove({ atMs: 0, position: 0, velocity: 0 }, 20_000, limits), 0, cause);

    record(axis, 0, 1200);

    expect(axis.shaft()).toEqual({ position: 3000, velocity: 0 });
    expect(axis.torque()).toBe(300);
  });

  test('a load that pulls drags it away for a moment, and the servo brings it back', () => {
    const axis = axisUnderTest();
    axis.hold(0);
    record(axis, 0, 5);
    axis.setLoad({ torque: -40 });

    const track = record(axis, 5, 500);

    expect(Math.min(...track.map(({ position }) => position))).toBeLessThan(-5);
    expect(Math.abs(axis.shaft().position)).toBeLessThanOrEqual(2);
    expect(axis.torque()).toBeGreaterThan(35);
  });
});

describe('switches and stops are placed so that homing finds its reference', () => {
  test.each([19, 21, 23, 27])('method %i: the switch lies ahead of its first direction', (homingMethod) => {
    const mechanics = placeMechanics({ range: [0, 400_000], homePosition: 0, homingMethod, approach: 8000 });
    const ahead = homingMethod === 21 || homingMethod === 27 ? -1 : 1;

    expect(switchesAt(mechanics, 0)).toEqual({ negative: false, positive: false, home: false });
    expect(switchesAt(mechanics, ahead * 8001).home).toBe(true);
    expect(switchesAt(mechanics, ahead * 7999).home).toBe(false);
  });

  test('the whole range after homing is free of limit switches', () => {
    const mechanics = placeMechanics({ range: [-5000, 90_000], homePosition: 100, homingMethod: 21, approach: 2000 });
    for (const position of [-5000, 0, 90_000]) {
      const inPlant = position - 100 - 2000;
      const { negative, positive } = switchesAt(mechanics, inPlant);
      expect([negative, positive]).toEqual([false, false]);
    }
  });
});
