import { expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { schemeOf, type DriveState } from '../../drivers/schemes/index.ts';

type Power = DriveState['power'];

/** CiA 402 table 30, as patterns of bits 6 5 - 3 2 1 0, written down independently of the decoder's masks. */
const patterns: readonly (readonly [pattern: string, power: Power])[] = [
  ['0x0000', 'not-ready'],
  ['1x0000', 'disabled'],
  ['010001', 'ready'],
  ['010011', 'ready'],
  ['010111', 'enabled'],
  ['000111', 'quick-stop'],
  ['0x1111', 'fault-reaction'],
  ['0x1000', 'fault'],
];

function expectedPower(statusword: number): Power {
  const bits = [6, 5, 3, 2, 1, 0].map((bit) => ((statusword >> bit) & 1).toString());
  const matching = patterns.filter(([pattern]) => bits.every((value, at) => [value, 'x'].includes(pattern[at]!)));
  expect(matching.length).toBeLessThanOrEqual(1);
  return matching[0]?.[1] ?? 'unknown';
}

test('7: each of the 65 536 statuswords is one state or unknown, decided by bits 0 to 3, 5 and 6 alone', () => {
  const profile = shippedProfile('kpower-reference');
  const scheme = schemeOf(profile);
  const expected = new Map<number, Power>();
  const counts = new Map<Power, number>();
  const wrong: string[] = [];
  for (let word = 0; word <= 0xffff; word++) {
    const { power } = scheme.toDriveState({ statusword: word }, profile);
    const deciding = word & 0b110_1111;
    if (!expected.has(deciding)) expected.set(deciding, expectedPower(deciding));
    if (power !== expected.get(deciding)) wrong.push(`${word.toString(2)} reads as ${power}`);
    counts.set(power, (counts.get(power) ?? 0) + 1);
  }

  expect(wrong).toEqual([]);
  expect(Object.fromEntries(counts)).toEqual({
    'not-ready': 2048,
    disabled: 2048,
    ready: 2048,
    enabled: 1024,
    'quick-stop': 1024,
    'fault-reaction': 2048,
    fault: 2048,
    unknown: 65_536 - 12_288,
  });
});
