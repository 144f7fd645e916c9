import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeValue,
  encodeValue,
  nearestValue,
  planReads,
  planWrites,
  valueBelow,
  type Profile,
  type Register,
} from '../../../drivers/profile/index.ts';
import { profileOf, problemsOf, changed } from './profile-text.ts';

fc.configureGlobal({ seed: 402 });

const wire = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 4 };
const base = profileOf();

/** The reference drive with these registers and no others. */
function profileWith(registers: Readonly<Record<string, Partial<Register>>>): Profile {
  const whole = Object.entries(registers).map(([signal, own]) => [
    signal,
    { address: 0, type: 'u16', table: 'holding', access: 'read-write', poll: 'never', scale: 1, see: 'test', ...own },
  ]);
  return { ...base, registers: Object.fromEntries(whole) as Profile['registers'] };
}

describe('the two bytes of one register', () => {
  test('are read apart from one word', () => {
    expect(decodeValue([0x12fe], { type: 'u8-high', scale: 1 }, 'high-first')).toBe(0x12);
    expect(decodeValue([0x12fe], { type: 'u8-low', scale: 1 }, 'high-first')).toBe(0xfe);
    expect(encodeValue(0x12, { type: 'u8-high', scale: 1 }, 'low-first')).toEqual([0x1200]);
    expect(encodeValue(0xfe, { type: 'u8-low', scale: 1 }, 'low-first')).toEqual([0xfe]);
    expect(() => encodeValue(256, { type: 'u8-high', scale: 1 }, 'high-first')).toThrow(/0 to 255/);
  });

  test('cost one read and one write frame; one alone is refused, because the other would be zeroed', () => {
    const profile = profileWith({
      actualTorque: { address: 7, type: 'u8-high' },
      temperature: { address: 7, type: 'u8-low' },
    });

    expect(
      planReads(profile, ['actualTorque', 'temperature'], wire).map(({ address, count }) => [address, count]),
    ).toEqual([[7, 1]]);
    expect(
      planWrites(profile, { actualTorque: 3, temperature: 40 }).map(({ address, words }) => [address, words]),
    ).toEqual([[7, [0x0328]]]);
    expect(() => planWrites(profile, { temperature: 40 })).toThrow(/only together with actualTorque/);
  });

  test('a byte that stands alone, or beside one that can only be read, is written by itself', () => {
    const alone = profileWith({ temperature: { address: 7, type: 'u8-high' } });
    const beside = profileWith({
      actualTorque: { address: 7, type: 'u8-high', access: 'read' },
      temperature: { address: 7, type: 'u8-low' },
    });

    expect(planWrites(alone, { temperature: 1 })[0]!.words).toEqual([0x0100]);
    expect(planWrites(beside, { temperature: 1 })[0]!.words).toEqual([1]);
  });

  test('may share an address in a profile; twice the same byte may not', () => {
    const free = 'temperature: { address: 0x0060, type: u8-low';
    const pair = changed(
      ['temperature: { address: 0x0012, type: i16', free],
      ['supplyVoltage: { address: 0x0013, type: u16', 'supplyVoltage: { address: 0x0060, type: u8-high'],
      ['  temperature: 31\n', ''],
    );
    const twice = pair.replace('u8-high', 'u8-low');

    expect(problemsOf(pair)).toEqual([]);
    expect(problemsOf(twice).map(({ path }) => path)).toEqual(['registers.supplyVoltage.address']);
  });
});

describe('48 bits', () => {
  const register = { type: 'i48', scale: 1 } as const;

  test('go out as three registers, negative ones as two’s complement, in the profile’s word order', () => {
    expect(encodeValue(0x1234_5678_9abc, register, 'high-first')).toEqual([0x1234, 0x5678, 0x9abc]);
    expect(encodeValue(0x1234_5678_9abc, register, 'low-first')).toEqual([0x9abc, 0x5678, 0x1234]);
    expect(encodeValue(-2, register, 'high-first')).toEqual([0xffff, 0xffff, 0xfffe]);
    expect(decodeValue([0x8000, 0, 0], register, 'high-first')).toBe(-(2 ** 47));
    expect(decodeValue([0x7fff, 0xffff, 0xffff], register, 'high-first')).toBe(2 ** 47 - 1);
  });
});

/** MKS: 1 rpm every (256 - acc) x 50 us, 16384 counts a turn; so counts/s^2 = scale / (256 - acc). */
const mks = { type: 'u8-low', scale: 16_384 / 60 / 50e-6, inverse: { from: 256 } } as const;
/** A ramp time in ms from rest to 1000 rpm at 10000 counts a turn. */
const rampTime = { type: 'u16', scale: (1000 / 60) * 10_000 * 1000, inverse: {} } as const;

describe('ramps that are given as times', () => {
  test('the longer the time, the gentler the ramp; a time of 0 is a ramp without bounds', () => {
    expect(decodeValue([100], rampTime, 'high-first')).toBeCloseTo(1_666_666.7, 0);
    expect(decodeValue([200], rampTime, 'high-first')).toBeCloseTo(833_333.3, 0);
    expect(decodeValue([0], rampTime, 'high-first')).toBe(Infinity);
    expect(encodeValue(833_333.3, rampTime, 'high-first')).toEqual([200]);
  });

  test('a value that counts down from 256 is read and written the other way round', () => {
    expect(decodeValue([236], mks, 'high-first')).toBeCloseTo(16_384 / 60 / 1e-3, 3);
    expect(encodeValue(16_384 / 60 / 1e-3, mks, 'high-first')).toEqual([236]);
  });

  test('what counts down from 256 ends at 255, also in a register that could hold more', () => {
    const wide = { ...mks, type: 'u16' } as const;

    expect(() => encodeValue(-mks.scale, wide, 'high-first')).toThrow(RangeError);
    expect(() => encodeValue(mks.scale * 3, wide, 'high-first')).toThrow(/ to 5461333.33/);
    expect(nearestValue(mks.scale, wide)).toBe(mks.scale);
  });

  test('a ramp is never steeper than asked, and the next gentler step would be gentler than need be', () => {
    fc.assert(
      fc.property(fc.constantFrom(mks, rampTime), fc.double({ min: 1e5, max: 5e6, noNaN: true }), (register, asked) => {
        const given = valueBelow(asked, register)!;
        const [raw] = encodeValue(given, register, 'high-first') as [number];
        const steeper = decodeValue([raw + ('from' in register.inverse ? 1 : -1)], register, 'high-first');

        expect(given).toBeLessThanOrEqual(asked * (1 + 1e-9));
        expect(steeper).toBeGreaterThan(asked);
      }),
    );
  });

  test('what the register holds survives being read and written back', () => {
    fc.assert(
      fc.property(fc.constantFrom(mks, rampTime), fc.integer({ min: 1, max: 255 }), (register, raw) => {
        const value = decodeValue([raw], register, 'high-first');
        expect(encodeValue(value, register, 'high-first')).toEqual([raw]);
        expect(nearestValue(value, register)).toBe(value);
      }),
    );
  });

  test('a ramp gentler than the register can say is refused, never rounded to none at all', () => {
    expect(valueBelow(1, rampTime)).toBeNull();
    expect(() => encodeValue(1, rampTime, 'high-first')).toThrow(RangeError);
    expect(() => encodeValue(0, rampTime, 'high-first')).toThrow(RangeError);
    // 256 steps would be written as 0, which these drives take for "no ramp"
    const gentlest = mks.scale / 255;
    const held = { ...mks, range: [gentlest, mks.scale] } satisfies Pick<
      Register,
      'type' | 'scale' | 'inverse' | 'range'
    >;
    expect(valueBelow(mks.scale / 256, held)).toBeNull();
    expect(valueBelow(gentlest, held)).toBe(gentlest);
  });
});

describe('scales', () => {
  test('are written as a ratio where that says more', () => {
    const profile = profileOf([
      'actualVelocity: { address: 0x0004, type: i32',
      'actualVelocity: { address: 0x0004, scale: 16384/60, type: i32',
    ]);

    const { scale } = profile.registers.actualVelocity!;
    expect(scale).toBe(16_384 / 60);
    expect(decodeValue([0, 60], profile.registers.actualVelocity!, 'high-first')).toBe(16_384);
  });

  test.each(['16384/', '1/x', '-1/2', '0', '-2', '"fast"', '0/3', '1/0'])('%s is none', (scale) => {
    const text = changed([
      'actualVelocity: { address: 0x0004, type: i32',
      `actualVelocity: { address: 0x0004, scale: ${scale}, type: i32`,
    ]);

    expect(problemsOf(text).map(({ path }) => path)).toEqual(['registers.actualVelocity.scale']);
  });
});

describe('the range that a drive takes', () => {
  const narrow = profileOf([
    'profileVelocity: { address: 0x0024, type: u32',
    'profileVelocity: { address: 0x0024, range: [100, 30000], type: u32',
  ]);
  const register = narrow.registers.profileVelocity!;

  test('a value outside is not written, though the register could hold it', () => {
    expect(() => planWrites(narrow, { profileVelocity: 30_001 })).toThrow(/profileVelocity: 30001 .* 100 to 30000/);
    expect(() => planWrites(narrow, { profileVelocity: 99 })).toThrow(/100 to 30000/);
    expect(planWrites(narrow, { profileVelocity: 30_000 })).toHaveLength(1);
  });

  test('a limit outside is known before anything is planned with it', () => {
    expect(valueBelow(30_001, register)).toBeNull();
    expect(nearestValue(99, register)).toBeNull();
    expect(valueBelow(30_000, register)).toBe(30_000);
  });
});
