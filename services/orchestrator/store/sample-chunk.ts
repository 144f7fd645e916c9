import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import { CHANNELS, type Channel } from './channels.ts';
import type { Columns } from './columns.ts';

// Samples of one drive as bytes: time and each channel in a column of its own, every value as its difference from the one
// before it, in variable-length integers (Protocol Buffers' base-128 and zigzag), then deflated. Values that change little
// from sample to sample, as an axis's do, take about a byte each.

/** Six decimals of the axis's unit are kept: a millionth of a millimetre, degree or turn. */
const PER_UNIT = 1e6;

/** Stands where a reading is missing; differences are moved up by one. */
const MISSING = 0;

/** The longest integer that a number holds exactly takes 8 bytes of 7 bits. */
const LONGEST_VARINT = 8;

const deflate = promisify(deflateRaw);

/** In the thread pool. @param columns at least one sample */
export async function encodeChunk({ atMs, readings }: Columns): Promise<Uint8Array> {
  const writer = { bytes: new Uint8Array((atMs.length * (1 + CHANNELS.length) + 1) * LONGEST_VARINT), at: 0 };
  writeVarint(writer, atMs.length);
  let beforeMs = 0;
  for (const time of atMs) {
    writeVarint(writer, zigzag(time - beforeMs));
    beforeMs = time;
  }
  for (const channel of CHANNELS) writeColumn(writer, readings[channel]);
  return deflate(writer.bytes.subarray(0, writer.at), { level: 6 });
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function writeColumn(writer: Cursor, values: Float64Array): void {
  let before = 0;
  for (const value of values) {
    if (Number.isNaN(value)) {
      writeVarint(writer, MISSING);
      continue;
    }
    const scaled = Math.round(value * PER_UNIT);
    writeVarint(writer, zigzag(scaled - before) + 1);
    before = scaled;
  }
}

/** @param channels the others are not taken out, and read as missing */
export function decodeChunk(chunk: ArrayBuffer, channels: readonly Channel[] = CHANNELS): Columns {
  const reader = { bytes: inflateRawSync(new Uint8Array(chunk)), at: 0 };
  const count = readVarint(reader);
  const atMs = new Float64Array(count);
  let time = 0;
  for (let index = 0; index < count; index++) {
    time += unzigzag(readVarint(reader));
    atMs[index] = time;
  }
  const last = Math.max(...channels.map((channel) => CHANNELS.indexOf(channel)));
  const readings = CHANNELS.map((channel, index) => {
    return [channel, index > last ? new Float64Array(count).fill(Number.NaN) : readColumn(reader, count)] as const;
  });
  return { atMs, readings: Object.fromEntries(readings) as Record<Channel, Float64Array> };
}

function readColumn(reader: Cursor, count: number): Float64Array {
  const values = new Float64Array(count);
  let before = 0;
  for (let index = 0; index < count; index++) {
    const word = readVarint(reader);
    if (word !== MISSING) before += unzigzag(word - 1);
    values[index] = word === MISSING ? Number.NaN : before / PER_UNIT;
  }
  return values;
}

// Arithmetic instead of shifts: a shift would cut at 32 bits, a multi-turn axis counted in millionths needs more.
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (word: number): number => (word % 2 === 0 ? word / 2 : -(word + 1) / 2);

function writeVarint(writer: Cursor, word: number): void {
  let rest = word;
  while (rest >= 128) {
    const low = rest % 128;
    writer.bytes[writer.at++] = low + 128;
    rest = (rest - low) / 128;
  }
  writer.bytes[writer.at++] = rest;
}

function readVarint(reader: Cursor): number {
  let word = 0;
  for (let place = 1; ; place *= 128) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new RangeError('a chunk of samples ended in the middle of a value');
    if (byte < 128) return word + byte * place;
    word += (byte - 128) * place;
  }
}
