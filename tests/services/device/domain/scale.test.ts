import { describe, expect, test } from 'vitest';
import { AxisUnits, Counts } from '../../../../drivers/base/index.ts';
import { createScale, type ScaleConfig } from '../../../../services/device/domain/scale.ts';
import { referenceProfile } from '../axis-bench.ts';

const spindle: ScaleConfig = { travelPerRevolution: 5, gearRatio: 10, direction: 'normal' };

describe('positions', () => {
  test('a spindle of 5 mm behind 1:10 has 20 000 counts a millimetre, and inverted counts the other way', () => {
    const scale = createScale(spindle, referenceProfile);
    const inverted = createScale({ ...spindle, direction: 'inverted' }, referenceProfile);

    expect(scale.toCounts(AxisUnits(1.5))).toBe(30_000);
    expect(inverted.toCounts(AxisUnits(1.5))).toBe(-30_000);
    expect(inverted.toAxisUnits(Counts(-30_000))).toBe(1.5);
    expect(scale.resolution).toBe(1 / 20_000);
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
  test('keep their sign through an inverted axis', () => {
    const inverted = createScale({ ...spindle, direction: 'inverted' }, referenceProfile);

    expect(inverted.velocityToCounts(2)).toBe(-40_000);
    expect(inverted.velocityToAxisUnits(-40_000)).toBe(2);
    expect(inverted.accelerationToCounts(2)).toBe(40_000);
  });
});
