import { describe, expect, test } from 'vitest';
import { framings } from '../../../../drivers/modbus/framings.ts';
import { CodecFuzz } from './codec-fuzz.ts';
import { crcOf } from './specification.ts';

test('100 000 random and mutated frames mean the same to the codec as to a decoder written from the specification', () => {
  const outcome = new CodecFuzz(1).run(100_000);

  expect(outcome.examples).toEqual([]);
  expect(outcome).toMatchObject({ frames: 100_000, crashes: 0, disagreements: 0 });
  // Of each kind there were enough to notice.
  for (const kind of [
    'values',
    'exception',
    'marked refusal',
    'request came garbled',
    'nothing',
    'TCP message',
    'TCP no more',
  ]) {
    expect(outcome.meanings[kind] ?? 0).toBeGreaterThan(50);
  }
});

test('the decoder of the test knows the check value of the CRC', () => {
  expect(crcOf(new TextEncoder().encode('123456789'))).toBe(0x4b37);
});

const alwaysGood = (): 'good' => 'good';

describe('a mistake in the codec is noticed:', () => {
  const { codec } = framings.rtu();
  test.each([
    ['a CRC that is not looked at', { judge: alwaysGood }],
    ['a byte count that is not looked at', { judge: anyByteCount }],
    ['values of another register', { values: (answer: Buffer) => codec.values(answer).map((value) => value ^ 1) }],
  ])('%s', (_, mistake) => {
    const outcome = new CodecFuzz(1, { ...codec, ...mistake }).run(2000);

    expect(outcome.disagreements + outcome.crashes).toBeGreaterThan(0);
  });

  function anyByteCount(...[bytes, span, expected]: Parameters<typeof codec.judge>): ReturnType<typeof codec.judge> {
    return codec.judge(bytes, span, { ...expected, layout: 'raw' });
  }
});
