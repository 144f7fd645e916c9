import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AxisUnits, Counts } from '../../drivers/base/index.ts';
import {
  decodeValue,
  encodeValue,
  shippedProfile,
  wordsOf,
  type Profile,
  type Register,
} from '../../drivers/profile/index.ts';
import { createScale, type Scale } from '../../services/device/domain/scale.ts';
import { runs } from './runs.ts';

const reference = shippedProfile('kpower-reference');

/** What the register of a type holds, written down a second time. */
const HOLDS = {
  i16: [-32_768, 32_767],
  i32: [-2_147_483_648, 2_147_483_647],
} as const;

interface Wire {
  readonly scale: Scale;
  readonly register: Register;
  readonly wordOrder: Profile['wordOrder'];
  /** Raw register values per axis unit, signed. */
  readonly rawPerUnit: number;
}

/** Any axis on any position register, as it would stand in a profile. */
const anyWire: fc.Arbitrary<Wire> = fc
  .record({
    travelPerRevolution: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    gearRatio: fc.double({ min: 0.1, max: 200, noNaN: true }),
    direction: fc.constantFrom('normal' as const, 'inverted' as const),
    step: fc.constantFrom(1, 2, 0.5, 10),
    type: fc.constantFrom('i16' as const, 'i32' as const),
    wordOrder: fc.constantFrom('high-first' as const, 'low-first' as const),
  })
  .map(({ step, type, wordOrder, ...axis }) => {
    const register = { ...reference.registers.targetPosition!, scale: step, type };
    const { countsPerRevolution } = reference;
    const registers = { ...reference.registers, targetPosition: register };
    const way = axis.direction === 'inverted' ? -1 : 1;
    return {
      scale: createScale(axis, { countsPerRevolution, registers }),
      register,
      wordOrder,
      rawPerUnit: (way * countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution / step,
    };
  });

/** Through the register and back; null where it was refused. */
function throughWire(position: number, { scale, register, wordOrder }: Wire): number | null {
  const counts = scale.toCounts(AxisUnits(position));
  if (counts === null) return null;
  const words = encodeValue(counts, register, wordOrder);
  expect(words).toHaveLength(wordsOf(register.type));
  return scale.toAxisUnits(Counts(decodeValue(words, register, wordOrder)));
}

/** A share of what the register holds, also beyond it: both ends are tried as often as the middle. */
const share = fc.oneof(
  fc.double({ min: -1.2, max: 1.2, noNaN: true }),
  fc.double({ min: 0.9999, max: 1.0001, noNaN: true }),
  fc.double({ min: -1.0001, max: -0.9999, noNaN: true }),
);
const positionAt = (part: number, { register, rawPerUnit }: Wire): number =>
  (part * HOLDS[register.type as keyof typeof HOLDS][1]) / Math.abs(rawPerUnit);

describe('19: units', () => {
  test('a position comes back from the register within half a raw step, or was refused because it does not fit', () => {
    fc.assert(
      fc.property(anyWire, share, (wire, part) => {
        const position = positionAt(part, wire);
        const back = throughWire(position, wire);
        const raw = position * wire.rawPerUnit;
        const [least, greatest] = HOLDS[wire.register.type as keyof typeof HOLDS];
        const slack = Math.abs(raw) * 1e-9;
        const fits = raw <= greatest + 0.5 - slack && raw >= least - 0.5 + slack;
        const missedBy = back === null ? null : Math.abs(back - position) * Math.abs(wire.rawPerUnit);
        expect(missedBy === null ? !fits : missedBy <= 0.5 + slack).toBe(true);
      }),
      runs(400),
    );
  });

  test('of two positions the greater one never comes back smaller', () => {
    fc.assert(
      fc.property(anyWire, share, share, (wire, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((part) => positionAt(part, wire));
        const [lowBack, highBack] = [throughWire(low!, wire), throughWire(high!, wire)];
        fc.pre(lowBack !== null && highBack !== null);
        expect(highBack).toBeGreaterThanOrEqual(lowBack);
      }),
      runs(400),
    );
  });

  test('an inverted axis is the same axis the other way round, also in its velocities', () => {
    const axis = { travelPerRevolution: 5, gearRatio: 10 };
    const normal = createScale({ ...axis, direction: 'normal' }, reference);
    const inverted = createScale({ ...axis, direction: 'inverted' }, reference);
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (value) => {
        fc.pre(value !== 0);
        expect(inverted.toCounts(AxisUnits(value))).toBe(normal.toCounts(AxisUnits(-value)));
        expect(inverted.velocityToCounts(value)).toBe(normal.velocityToCounts(-value));
        expect(inverted.accelerationToCounts(Math.abs(value))).toBe(normal.accelerationToCounts(Math.abs(value)));
        expect(Math.sign(normal.velocityToCounts(value)!)).toBe(Math.sign(value));
      }),
      runs(200),
    );
  });

  test('a velocity or ramp is never rounded up beyond what was asked, except to the one smallest step', () => {
    fc.assert(
      fc.property(anyWire, fc.double({ min: 1e-4, max: 500, noNaN: true }), ({ scale }, asked) => {
        const velocity = scale.velocityToCounts(asked) ?? 0;
        const ramp = scale.accelerationToCounts(asked) ?? 0;
        const [step, rampStep] = [Math.abs(scale.velocityToAxisUnits(1)), scale.accelerationToAxisUnits(1)];
        const slack = 1 + 1e-8;
        expect(Math.abs(scale.velocityToAxisUnits(velocity))).toBeLessThanOrEqual(Math.max(asked, step) * slack);
        expect(scale.accelerationToAxisUnits(ramp)).toBeLessThanOrEqual(Math.max(asked, rampStep) * slack);
      }),
      runs(200),
    );
  });
});
