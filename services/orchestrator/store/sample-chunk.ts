import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import { CHANNELS, type Channel, type Sample } from './channels.ts';

// Samples of one drive as bytes: time and each channel in a column of its own, every value as its difference from the one
// before it, in variable-length integers (Protocol Buffers' base-128 and zigzag), then deflated. Values that change little
// from sample to sample, as an axis's do, take about a byte each.

/** Six decimals of the axis's unit are kept: a millionth of a millimetre, degree or turn. */
const PER_UNIT = 1e6;

/** Stands where a reading is missing; differences are moved up by one. */
const MISSING = 0;

const deflate = promisify(deflateRaw);

/** In the thread pool. @param samples at least one, oldest first */
export async function encodeChunk(samples: readonly Sample[]): Promise<Uint8Array> {
  const bytes: number[] = [];
  pushVarint(bytes, samples.length);
  let beforeMs = 0;
  for (const { atMs } of samples) {
    pushVarint(bytes, zigzag(atMs - beforeMs));
    beforeMs = atMs;
  }
  for (const channel of CHANNELS) pushColumn(bytes, samples, channel);
  return deflate(Uint8Array.from(bytes), { level: 6 });
}

function pushColumn(bytes: number[], samples: readonly Sample[], channel: Channel): void {
  let before = 0;
  for (const { readings } of samples) {
    const value = readings[channel];
    if (value === null) {
      pushVarint(bytes, MISSING);
      continue;
    }
    const scaled = Math.round(value * PER_UNIT);
    pushVarint(bytes, zigzag(scaled - before) + 1);
    before = scaled;
  }
}

export function decodeChunk(chunk: ArrayBuffer): readonly Sample[] {
  const reader = { bytes: inflateRawSync(new Uint8Array(chunk)), at: 0 };
  const count = readVarint(reader);
  let atMs = 0;
  const times = Array.from({ length: count }, () => (atMs += unzigzag(readVarint(reader))));
  const columns = CHANNELS.map((channel) => [channel, readColumn(reader, count)] as const);
  return times.map((time, index) => ({
    atMs: time,
    readings: Object.fromEntries(columns.map(([channel, values]) => [channel, values[index] ?? null])) as Record<
      Channel,
      number | null
    >,
  }));
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readColumn(reader: Reader, count: number): (number | null)[] {
  let before = 0;
  return Array.from({ length: count }, () => {
    const word = readVarint(reader);
    if (word === MISSING) return null;
    before += unzigzag(word - 1);
    return before / PER_UNIT;
  });
}

// Arithmetic instead of shifts: a shift would cut at 32 bits, a multi-turn axis counted in millionths needs more.
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (word: number): number => (word % 2 === 0 ? word / 2 : -(word + 1) / 2);

function pushVarint(bytes: number[], word: number): void {
  let rest = word;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readVarint(reader: Reader): number {
  let word = 0;
  for (let place = 1; ; place *= 128) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new RangeError('a chunk of samples ended in the middle of a value');
    word += (byte % 128) * place;
    if (byte < 128) return word;
  }
}
