import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue, encodeValue, wordsOf, type RegisterType } from '../../../drivers/profile/index.ts';

fc.configureGlobal({ seed: 402 });

const ranges: Record<Exclude<RegisterType, 'none'>, [number, number]> = {
  u16: [0, 65_535],
  i16: [-32_768, 32_767],
  u32: [0, 4_294_967_295],
  i32: [-2_147_483_648, 2_147_483_647],
  i48: [-140_737_488_355_328, 140_737_488_355_327],
  'u8-high': [0, 255],
  'u8-low': [0, 255],
};
const types = Object.keys(ranges) as (keyof typeof ranges)[];
const orders = ['high-first', 'low-first'] as const;
const scales = [1, 0.1, 0.01, 0.001, 0.5, 2, 10, 0.25];

const anyRegister = fc.record({
  type: fc.constantFrom(...types),
  scale: fc.constantFrom(...scales),
});
const anyOrder = fc.constantFrom(...orders);
const rawOf = (type: keyof typeof ranges): fc.Arbitrary<number> =>
  fc.integer({ min: ranges[type][0], max: ranges[type][1] });

describe('registers and canonical values', () => {
  test('a 32-bit value goes out high word first or low word first, as the profile says', () => {
    const register = { type: 'i32', scale: 1 } as const;

    expect(encodeValue(0x1234_5678, register, 'high-first')).toEqual([0x1234, 0x5678]);
    expect(encodeValue(0x1234_5678, register, 'low-first')).toEqual([0x5678, 0x1234]);
    expect(encodeValue(-2, register, 'high-first')).toEqual([0xffff, 0xfffe]);
    expect(encodeValue(-2, register, 'low-first')).toEqual([0xfffe, 0xffff]);
  });

  test('negative 16-bit values are two’s complement', () => {
    expect(encodeValue(-1, { type: 'i16', scale: 1 }, 'high-first')).toEqual([0xffff]);
    expect(decodeValue([0x8000], { type: 'i16', scale: 1 }, 'high-first')).toBe(-32_768);
    expect(decodeValue([0x8000], { type: 'u16', scale: 1 }, 'high-first')).toBe(32_768);
  });

  test('a temperature of 31.4 degrees is read as 31.4, not as 31.400000000000002', () => {
    expect(decodeValue([314], { type: 'i16', scale: 0.1 }, 'high-first')).toBe(31.4);
  });

  test('halves are rounded away from zero, alike on both sides', () => {
    const register = { type: 'i16', scale: 10 } as const;

    expect(decodeValue(encodeValue(25, register, 'high-first'), register, 'high-first')).toBe(30);
    expect(decodeValue(encodeValue(-25, register, 'high-first'), register, 'high-first')).toBe(-30);
    expect(Object.is(decodeValue(encodeValue(-1, register, 'high-first'), register, 'high-first'), 0)).toBe(true);
  });

  test('what a register holds survives being read and written back, to the bit', () => {
    fc.assert(
      fc.property(
        anyRegister.chain((register) => fc.tuple(fc.constant(register), rawOf(register.type))),
        anyOrder,
        ([register, raw], order) => {
          const words = encodeValue(raw, { type: register.type, scale: 1 }, order);
          expect(encodeValue(decodeValue(words, register, order), register, order)).toEqual(words);
        },
      ),
    );
  });

  test('a canonical value comes back within half a register step, and larger values never come back smaller', () => {
    fc.assert(
      fc.property(
        anyRegister,
        anyOrder,
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        (register, order, [a, b]) => {
          const [least, greatest] = ranges[register.type];
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map(
            (share) => (least + share * (greatest - least)) * register.scale,
          ) as [number, number];
          const back = (value: number): number => decodeValue(encodeValue(value, register, order), register, order);

          expect(Math.abs(back(low) - low)).toBeLessThanOrEqual(register.scale / 2 + Math.abs(low) * 1e-12);
          expect(back(low)).toBeLessThanOrEqual(back(high));
        },
      ),
    );
  });

  test('a value out of range is an error and never wraps round', () => {
    fc.assert(
      fc.property(anyRegister, anyOrder, fc.integer({ min: 1, max: 1e9 }), (register, order, beyond) => {
        const [least, greatest] = ranges[register.type];
        expect(() => encodeValue((greatest + beyond) * register.scale, register, order)).toThrow(RangeError);
        expect(() => encodeValue((least - beyond) * register.scale, register, order)).toThrow(RangeError);
      }),
    );
  });

  test.each([NaN, Infinity, -Infinity])('%s is never written', (value) => {
    for (const type of types) expect(() => encodeValue(value, { type, scale: 1 }, 'high-first')).toThrow(RangeError);
  });

  test('the wrong number of registers is an error, not half a value', () => {
    for (const type of types) {
      const words = Array.from({ length: wordsOf(type) === 1 ? 2 : 1 }, () => 0);
      expect(() => decodeValue(words, { type, scale: 1 }, 'high-first')).toThrow(RangeError);
    }
  });
});
