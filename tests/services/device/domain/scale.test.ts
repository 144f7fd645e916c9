import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AxisUnits, Counts } from '../../../../drivers/base/index.ts';
import type { Profile } from '../../../../drivers/profile/index.ts';
import { createScale, type ScaleConfig } from '../../../../services/device/domain/scale.ts';
import { referenceProfile } from '../axis-bench.ts';

const spindle: ScaleConfig = { travelPerRevolution: 5, gearRatio: 10, direction: 'normal' };

const anyScale = fc
  .record({
    travelPerRevolution: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    gearRatio: fc.double({ min: 0.1, max: 200, noNaN: true }),
    direction: fc.constantFrom('normal' as const, 'inverted' as const),
    step: fc.constantFrom(1, 2, 0.5, 10),
  })
  .map(({ step, ...axis }) => createScale(axis, withStep(step)));

function withStep(scale: number): Pick<Profile, 'countsPerRevolution' | 'registers'> {
  const register = { ...referenceProfile.registers.targetPosition!, scale };
  return {
    countsPerRevolution: referenceProfile.countsPerRevolution,
    registers: {
      ...referenceProfile.registers,
      targetPosition: register,
      profileVelocity: { ...register, type: 'u32' },
      profileAcceleration: { ...register, type: 'u32' },
    },
  };
}

describe('positions', () => {
  test('a spindle of 5 mm behind 1:10 has 20 000 counts a millimetre, and inverted counts the other way', () => {
    const scale = createScale(spindle, referenceProfile);
    const inverted = createScale({ ...spindle, direction: 'inverted' }, referenceProfile);

    expect(scale.toCounts(AxisUnits(1.5))).toBe(30_000);
    expect(inverted.toCounts(AxisUnits(1.5))).toBe(-30_000);
    expect(inverted.toAxisUnits(Counts(-30_000))).toBe(1.5);
    expect(scale.resolution).toBe(1 / 20_000);
  });

  test('come back within half a step', () => {
    fc.assert(
      fc.property(anyScale, fc.double({ min: -100, max: 100, noNaN: true }), (scale, position) => {
        const counts = scale.toCounts(AxisUnits(position));
        fc.pre(counts !== null);
        expect(Math.abs(scale.toAxisUnits(counts) - position)).toBeLessThanOrEqual((scale.resolution / 2) * (1 + 1e-6));
      }),
    );
  });

  test('keep their order, turned round where the axis is inverted', () => {
    const position = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(anyScale, position, position, (scale, a, b) => {
        const [low, high] = [scale.toCounts(AxisUnits(Math.min(a, b))), scale.toCounts(AxisUnits(Math.max(a, b)))];
        fc.pre(low !== null && high !== null);
        const direction = Math.sign(scale.velocityToCounts(1) ?? 1);
        expect((high - low) * direction).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('beyond the register are refused, never wrapped', () => {
    const scale = createScale(spindle, referenceProfile);
    const edge = 0x7fff_ffff / 20_000;

    expect(scale.toCounts(AxisUnits(edge))).toBe(0x7fff_ffff);
    expect(scale.toCounts(AxisUnits(edge + 1))).toBeNull();
    expect(scale.toCounts(AxisUnits(-edge - 1))).toBeNull();
    expect(scale.velocityToCounts(1e12)).toBeNull();
    expect(scale.accelerationToCounts(1e12)).toBeNull();
  });
});

describe('velocities and accelerations', () => {
  test('are never rounded up beyond what was asked, except to the one smallest step', () => {
    fc.assert(
      fc.property(anyScale, fc.double({ min: 0.001, max: 500, noNaN: true }), (scale, asked) => {
        const velocity = scale.velocityToCounts(asked);
        const acceleration = scale.accelerationToCounts(asked);
        fc.pre(velocity !== null && acceleration !== null);
        const tolerated = Math.max(asked * (1 + 1e-8), scale.resolution * (1 + 1e-8));
        expect(Math.abs(scale.velocityToAxisUnits(velocity))).toBeLessThanOrEqual(tolerated);
        expect(scale.accelerationToAxisUnits(acceleration)).toBeLessThanOrEqual(tolerated);
      }),
    );
  });

  test('keep their sign through an inverted axis', () => {
    const inverted = createScale({ ...spindle, direction: 'inverted' }, referenceProfile);

    expect(inverted.velocityToCounts(2)).toBe(-40_000);
    expect(inverted.velocityToAxisUnits(-40_000)).toBe(2);
    expect(inverted.accelerationToCounts(2)).toBe(40_000);
  });
});
