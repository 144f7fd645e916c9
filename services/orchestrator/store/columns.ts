import { CHANNELS, type Channel, type Sample } from './channels.ts';

// Millions of samples pass through here: a day of one axis is 864 000. As numbers in a row they cost a tenth of what they
// cost as objects.

/** Samples of one drive, oldest first: time and each channel by itself, NaN where a reading is missing. */
export interface Columns {
  readonly atMs: Float64Array;
  readonly readings: Readonly<Record<Channel, Float64Array>>;
}

const each = (make: (channel: Channel) => Float64Array): Columns['readings'] =>
  Object.fromEntries(CHANNELS.map((channel) => [channel, make(channel)])) as Record<Channel, Float64Array>;

export const columnsOf = (samples: readonly Sample[]): Columns => ({
  atMs: Float64Array.from(samples, ({ atMs }) => atMs),
  readings: each((channel) => Float64Array.from(samples, ({ readings }) => readings[channel] ?? Number.NaN)),
});

/** The same memory, from one sample to before another. */
export const part = ({ atMs, readings }: Columns, from: number, to: number): Columns => ({
  atMs: atMs.subarray(from, to),
  readings: each((channel) => readings[channel].subarray(from, to)),
});

/** One after the other. */
export const joined = (parts: readonly Columns[]): Columns => ({
  atMs: join(parts.map(({ atMs }) => atMs)),
  readings: each((channel) => join(parts.map(({ readings }) => readings[channel]))),
});

function join(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

/** Those from one instant to before another. */
export function between(columns: Columns, fromMs: number, toMs: number): Columns {
  const from = columns.atMs.findIndex((atMs) => atMs >= fromMs);
  const to = columns.atMs.findLastIndex((atMs) => atMs < toMs) + 1;
  return part(columns, from === -1 ? to : from, to);
}

export interface Stretches {
  /** Beginning of the first stretch. */
  readonly fromMs: number;
  readonly eachMs: number;
}

interface Stretch {
  /** Its beginning. */
  readonly atMs: number;
  /** The samples in it: from this one to before that one. */
  readonly from: number;
  readonly to: number;
}

/** The stretches that have samples, in their order. */
export function stretchesIn({ atMs }: Columns, { fromMs, eachMs }: Stretches): readonly Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  while (from < atMs.length) {
    const beginMs = fromMs + Math.floor(((atMs[from] ?? 0) - fromMs) / eachMs) * eachMs;
    let to = from + 1;
    while (to < atMs.length && (atMs[to] ?? 0) < beginMs + eachMs) to += 1;
    found.push({ atMs: beginMs, from, to });
    from = to;
  }
  return found;
}
