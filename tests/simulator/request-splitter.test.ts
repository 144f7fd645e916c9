import { describe, expect, test } from 'vitest';
import { withCrc } from '../../drivers/modbus/framing/index.ts';
import { rtuFraming } from '../../simulator/framing/rtu-framing.ts';
import { createRequestSplitter, type Ears } from '../../simulator/line/request-splitter.ts';

const deaf: Ears = { hearsBadFrames: false, nativeLength: null };
/** A maker's own frames: FA, and four bytes behind it. */
const native: Ears['nativeLength'] = (bytes) => (bytes[0] !== 0xfa ? null : bytes.length < 5 ? 'more' : 5);

function split(ears: Ears, ...chunks: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const frames: number[][] = [];
  const splitter = createRequestSplitter(
    { silentGapMs: 2, framing: rtuFraming, ears },
    (frame) => void frames.push([...frame]),
  );
  chunks.forEach((chunk, index) => splitter.push(Uint8Array.from(chunk), index));
  return frames;
}

const read = [...withCrc(Uint8Array.of(1, 3, 0, 0, 0, 1))];
const bad = [...read.slice(0, -1), 0];

describe('what a master sends', () => {
  test('is cut by length and CRC, however it came', () => {
    expect(split(deaf, [...read, ...read.slice(0, 3)], read.slice(3))).toEqual([read, read]);
  });

  test('with a bad CRC is thrown away with all behind it, and handed on only where a drive hears it', () => {
    expect(split(deaf, [...bad, ...read])).toEqual([]);
    expect(split({ ...deaf, hearsBadFrames: true }, bad)).toEqual([bad]);
  });

  test('may be a frame of the maker, between frames of Modbus', () => {
    const own = [0xfa, 1, 0x8e, 1, 0x8a];
    expect(split({ ...deaf, nativeLength: native }, own.slice(0, 2), [...own.slice(2), ...read])).toEqual([own, read]);
    expect(split(deaf, own, read)).toEqual([]);
  });
});
