import { HistoryChannel } from '../../contracts/index.ts';

/** Each is a column of the store, so only ever added to. */
export const CHANNELS = HistoryChannel.options;
export type Channel = HistoryChannel;

/** What a drive read at one instant; a reading that was missing or too old is null. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly readings: Readonly<Record<Channel, number | null>>;
}

/** Lowest, highest and mean of one channel over a stretch of time; null when nothing was read in it. */
export interface Extent {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface Summary {
  /** Beginning of the stretch. */
  readonly atMs: number;
  /** Samples in it, with and without readings. */
  readonly count: number;
  readonly extents: Readonly<Record<Channel, Extent | null>>;
}
