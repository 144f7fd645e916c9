import { assert, nat, property, uint8Array, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answerLength,
  bitsPerCharacter,
  crc16,
  frameTimeMs,
  hasGoodCrc,
  requestLength,
  silentGapMs,
  withCrc,
} from '../../../drivers/modbus/framing/index.ts';

const at = (baudRate: number) => ({ baudRate, parity: 'even', stopBits: 1 }) as const;
const bytes = uint8Array({ minLength: 1, maxLength: 254 });

describe('the CRC', () => {
  test('of "123456789" is the check value of CRC-16/MODBUS', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37);
  });

  test('of a range is that of the bytes alone', () => {
    expect(crc16(Uint8Array.of(9, 1, 2, 3, 9), 1, 4)).toBe(crc16(Uint8Array.of(1, 2, 3)));
  });

  test('catches every error of one to three bits in a frame', () => {
    const flips = uniqueArray(nat({ max: 63 }), { minLength: 1, maxLength: 3 });
    assert(
      property(uint8Array({ minLength: 6, maxLength: 6 }), flips, (body, positions) => {
        const frame = withCrc(body);
        for (const bit of positions) frame[bit >> 3] = frame[bit >> 3]! ^ (1 << (bit & 7));
        expect(hasGoodCrc(frame)).toBe(false);
      }),
      { seed: 7 },
    );
  });

  test('never reads outside what it is given', () => {
    assert(
      property(bytes, (body) => hasGoodCrc(withCrc(body))),
      { seed: 7 },
    );
    expect(hasGoodCrc(Uint8Array.of(0xff, 0xff))).toBe(false);
  });
});

describe('the length of a frame', () => {
  test('is asked for more bytes until it can be known', () => {
    expect(requestLength(Uint8Array.of(1))).toBe('more');
    expect(requestLength(Uint8Array.of(1, 16, 0, 0, 0, 2))).toBe('more');
    expect(requestLength(Uint8Array.of(1, 16, 0, 0, 0, 2, 4))).toBe(13);
    expect(answerLength(Uint8Array.of(1, 3))).toBe('more');
    expect(answerLength(Uint8Array.of(1, 3, 4))).toBe(9);
  });

  test('of an exception is five bytes, of an unknown function unknown', () => {
    expect(answerLength(Uint8Array.of(1, 0x90))).toBe(5);
    expect(answerLength(Uint8Array.of(1, 65))).toBe('unknown');
    expect(requestLength(Uint8Array.of(1, 65))).toBe('unknown');
    expect(requestLength(Uint8Array.of(1, 0x83))).toBe('unknown');
  });
});

describe('times on the wire', () => {
  test('a character has 10 to 12 bits', () => {
    expect(bitsPerCharacter({ baudRate: 9600, parity: 'none', stopBits: 1 })).toBe(10);
    expect(bitsPerCharacter({ baudRate: 9600, parity: 'even', stopBits: 1 })).toBe(11);
    expect(bitsPerCharacter({ baudRate: 9600, parity: 'odd', stopBits: 2 })).toBe(12);
  });

  test('the gap is 3.5 characters up to 19200 baud and 1.75 ms above', () => {
    expect(silentGapMs(at(9600))).toBeCloseTo((3.5 * 11 * 1000) / 9600, 9);
    expect(silentGapMs(at(19_200))).toBeCloseTo(2.005, 3);
    expect(silentGapMs(at(115_200))).toBe(1.75);
    expect(frameTimeMs(at(115_200), 33)).toBeCloseTo(3.151, 3);
  });
});
