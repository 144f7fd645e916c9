/** Why a drive moved, changed its course or came to rest. */
export type Cause =
  | { readonly by: 'frame'; /** `seq` of the frame */ readonly frame: number }
  | { readonly by: 'watchdog' }
  | { readonly by: 'fault'; readonly code: number }
  | { readonly by: 'limit'; readonly code: number }
  /** An input that stops the drive. */
  | { readonly by: 'input' }
  /** The load moved a shaft that nobody held. */
  | { readonly by: 'load' }
  /** The drive was switched off. */
  | { readonly by: 'reboot' };

interface Entry {
  /** Counts every entry ever made, from 1. */
  readonly seq: number;
  /** Milliseconds on the simulator's clock, with fractions. */
  readonly atMs: number;
  readonly line: string;
  readonly drive: string;
}

/** A frame that a drive took for itself: good CRC, its unit or the broadcast. */
export interface FrameEntry extends Entry {
  readonly kind: 'frame';
  /** As addressed; 0 is the broadcast. */
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
  /** What was written; null for a read. */
  readonly values: readonly number[] | null;
  /** Exception code with which it was refused; 0 when it was obeyed. */
  readonly exception: number;
}

/** A motion begins (`start`), gets another course (`change`), or has come to rest (`stop`). Positions in the drive's counts. */
export interface MotionEntry extends Entry {
  readonly kind: 'start' | 'change' | 'stop';
  readonly cause: Cause;
  /** Where this motion began. */
  readonly from: number;
  /** Where the shaft is now. */
  readonly to: number;
  /** Greatest speed so far, counts/s. */
  readonly peakVelocity: number;
  /** When this motion began. */
  readonly startedAtMs: number;
  /** When the course ends that the drive demands now; null when it does not end or nothing is demanded. */
  readonly plannedEndMs: number | null;
}

export type LedgerEntry = FrameEntry | MotionEntry;
type NewEntry = Omit<FrameEntry, 'seq'> | Omit<MotionEntry, 'seq'>;

/** Everything that the virtual drives took in and did: what tests believe. Bounded; the oldest entries go first. */
export interface Ledger {
  /** Takes the entry over and gives its number. */
  add(entry: NewEntry): number;
  /** Entries after number `since`, by time. */
  entries(since?: number): readonly LedgerEntry[];
  /** Number of the newest entry. */
  latest(): number;
  /** How many entries were forgotten for want of room. */
  forgotten(): number;
}

/** Frames come thousands a second, motions seldom: each has its own ring, so that polling never pushes a motion out. */
const MOST_FRAMES = 50_000;
const MOST_MOTIONS = 20_000;

export function createLedger(capacity = { frames: MOST_FRAMES, motions: MOST_MOTIONS }): Ledger {
  const frames = createRing(capacity.frames);
  const motions = createRing(capacity.motions);
  let latest = 0;
  return {
    add(entry) {
      latest += 1;
      // numbered in place: thousands of frames a second are not copied
      const numbered = Object.assign(entry, { seq: latest });
      (entry.kind === 'frame' ? frames : motions).push(numbered);
      return latest;
    },
    entries(since = 0) {
      const found = [...frames.after(since), ...motions.after(since)];
      return found.toSorted((a, b) => a.atMs - b.atMs || a.seq - b.seq);
    },
    latest: () => latest,
    forgotten: () => frames.forgotten() + motions.forgotten(),
  };
}

function createRing(capacity: number): {
  push(entry: LedgerEntry): void;
  after(seq: number): LedgerEntry[];
  forgotten(): number;
} {
  const items: LedgerEntry[] = [];
  let pushed = 0;
  return {
    push(entry) {
      items[pushed % capacity] = entry;
      pushed += 1;
    },
    after(seq) {
      const found: LedgerEntry[] = [];
      // newest first: who asks often asks for little
      for (let index = pushed - 1; index >= Math.max(0, pushed - capacity); index--) {
        const entry = items[index % capacity];
        if (entry === undefined || entry.seq <= seq) break;
        found.push(entry);
      }
      return found;
    },
    forgotten: () => Math.max(0, pushed - capacity),
  };
}
