import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue, planWrites, shippedProfile, SignalName, wordsOf } from '../../../drivers/profile/index.ts';

fc.configureGlobal({ seed: 402 });

const profile = shippedProfile('kpower-reference');
const writable = SignalName.options.filter((signal) => (profile.registers[signal]?.access ?? 'read') !== 'read');

describe('the write plan', () => {
  test('the parameters of a move go in one frame of eight registers', () => {
    const blocks = planWrites(profile, {
      profileDeceleration: 4,
      targetPosition: -1,
      profileVelocity: 2,
      profileAcceleration: 3,
    });

    expect(blocks).toEqual([
      {
        address: 0x22,
        functionCode: 16,
        words: [0xffff, 0xffff, 0, 2, 0, 3, 0, 4],
        signals: ['targetPosition', 'profileVelocity', 'profileAcceleration', 'profileDeceleration'],
      },
    ]);
  });

  test('a register between two that are written is left alone', () => {
    const blocks = planWrites(profile, { controlword: 6, targetPosition: 7 });

    expect(blocks.map((block) => block.address)).toEqual([0x20, 0x22]);
  });

  test('a reading and a value that does not fit are refused before anything is written', () => {
    expect(() => planWrites(profile, { actualPosition: 1 })).toThrow(/actualPosition/);
    expect(() => planWrites(profile, { targetPosition: 2 ** 31 })).toThrow(/targetPosition.*i32/);
  });

  test('every value is written exactly once, whole, in ascending frames within the limit', () => {
    fc.assert(
      fc.property(fc.subarray(writable), fc.integer({ min: 2, max: 12 }), (signals, maxWriteRegisters) => {
        const narrow = { ...profile, limits: { ...profile.limits, maxWriteRegisters } };
        const values = Object.fromEntries(signals.map((signal, index) => [signal, index + 1]));

        const blocks = planWrites(narrow, values);

        expect(blocks.flatMap((block) => block.signals).toSorted()).toEqual(signals.toSorted());
        for (const { address, words, signals: own } of blocks) {
          expect(words.length).toBeLessThanOrEqual(maxWriteRegisters);
          expect(words.length).toBe(own.reduce((sum, signal) => sum + wordsOf(profile.registers[signal]!.type), 0));
          for (const signal of own) {
            const register = profile.registers[signal]!;
            const at = register.address - address;
            expect(decodeValue(words.slice(at, at + wordsOf(register.type)), register, profile.wordOrder)).toBe(
              values[signal],
            );
          }
        }
      }),
    );
  });
});
