import type { Channel, Sample, Summary } from './channels.ts';

export interface HistoryQuestion {
  readonly drive: string;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** At most so many summaries. */
  readonly points: number;
  readonly channels: readonly Channel[];
}

export interface HistoryAnswer {
  /** Length of the stretch that each summary covers. */
  readonly eachMs: number;
  /** Oldest first; a stretch without samples is left out, a channel that was not asked for is null. */
  readonly summaries: readonly Summary[];
}

/** How the axes moved. Written behind, in blocks of some seconds; recording stops while the store is full, nothing else does. */
export interface History {
  /** Kept in memory until its stretch has passed. */
  append(drive: string, sample: Sample): void;
  /** Up to the last written stretch, some 10 s ago. @throws StoreUnavailable */
  read(question: HistoryQuestion): Promise<HistoryAnswer>;
  /** Samples that could not be kept because the store took none. */
  lost(): number;
  /** Writes what is in memory and ends. */
  close(): Promise<void>;
}
