import { describe, expect, test } from 'vitest';
import {
  answerLength,
  answerLengthFor,
  encodeReadRequest,
  encodeWriteMultipleRequest,
  encodeWriteSingleRequest,
  hasGoodCrc,
  requestLength,
  wordAt,
} from '../../drivers/modbus/framing/index.ts';
import { goldenFrames, type GoldenFrame } from './golden-frames.ts';

const label = (golden: GoldenFrame): string => `${golden.drive}: ${golden.name}`;
const cases = (frames: readonly GoldenFrame[]): [string, GoldenFrame][] =>
  frames.map((golden) => [label(golden), golden]);
const isException = (golden: GoldenFrame): boolean => golden.request[1]! >= 0x80;
const modbus = goldenFrames.filter((golden) => golden.isModbus && !isException(golden));

/** The request written again by our encoder from its own fields. */
function encodedAgain(request: Uint8Array): Uint8Array {
  const [unit, functionCode] = [request[0]!, request[1]!];
  const address = wordAt(request, 2);
  if (functionCode === 3 || functionCode === 4)
    return encodeReadRequest({ unit, functionCode, address, count: wordAt(request, 4) });
  if (functionCode === 6) return encodeWriteSingleRequest({ unit, address, value: wordAt(request, 4) });
  const values = Array.from({ length: wordAt(request, 4) }, (_, index) => wordAt(request, 7 + 2 * index));
  return encodeWriteMultipleRequest({ unit, address, values });
}

test('the collection holds the frames of the manuals', () => {
  expect(goldenFrames.length).toBeGreaterThanOrEqual(72);
});

describe('every frame printed in a manual', () => {
  test.each(cases(goldenFrames))('%s has the CRC that we compute', (_, golden) => {
    expect(hasGoodCrc(golden.request)).toBe(true);
    expect(golden.response === null || hasGoodCrc(golden.response)).toBe(true);
  });

  test.each(cases(modbus))('%s has the length that its first bytes announce', (_, golden) => {
    expect(requestLength(golden.request)).toBe(golden.request.length);
    expect(golden.response && answerLength(golden.response)).toBe(golden.response && golden.response.length);
  });

  test.each(cases(goldenFrames.filter(isException)))('%s is an answer of five bytes', (_, golden) => {
    expect(answerLength(golden.request)).toBe(5);
  });

  const plain = modbus.filter((golden) => [3, 4, 6, 16].includes(golden.request[1]!));
  test.each(cases(plain))('%s is what we would send', (_, golden) => {
    expect(encodedAgain(golden.request)).toEqual(golden.request);
  });

  const answered = plain.filter((golden) => golden.response !== null && golden.response[1]! < 0x80);
  test.each(cases(answered))('%s is answered with the length that the request asks for', (_, golden) => {
    expect(answerLengthFor(golden.request)).toBe(golden.response?.length);
  });
});
