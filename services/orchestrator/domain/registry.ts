import type { AxisState, DriveDescription, DriveStateMessage } from '../../contracts/index.ts';

type Availability = 'online' | 'offline';

/** What is known of one drive, and since when. */
export interface DriveEntry {
  readonly description: DriveDescription | null;
  readonly state: DriveStateMessage | null;
  readonly availability: Availability;
  /** Of the process that owns its line; a dead process cannot say that its drives are gone. */
  readonly lineAvailability: Availability;
  /** Monotonic instant of the last state message; null before the first. */
  readonly heardAtMs: number | null;
}

export type DriveNews =
  | { readonly kind: 'description'; readonly description: DriveDescription }
  | { readonly kind: 'state'; readonly state: DriveStateMessage }
  | { readonly kind: 'availability'; readonly availability: Availability }
  | { readonly kind: 'lineAvailability'; readonly availability: Availability };

export const unheard: DriveEntry = {
  description: null,
  state: null,
  availability: 'offline',
  lineAvailability: 'offline',
  heardAtMs: null,
};

/** A state of the same session with a lower number was overtaken on its way (a poll and the bus can cross). */
const isOvertaken = (entry: DriveEntry, state: DriveStateMessage): boolean =>
  entry.state !== null && entry.state.epoch === state.epoch && entry.state.seq > state.seq;

export function afterNews(entry: DriveEntry, news: DriveNews, atMs: number): DriveEntry {
  if (news.kind === 'description') return { ...entry, description: news.description };
  if (news.kind === 'availability') return { ...entry, availability: news.availability };
  if (news.kind === 'lineAvailability') return { ...entry, lineAvailability: news.availability };
  return isOvertaken(entry, news.state) ? entry : { ...entry, state: news.state, heardAtMs: atMs };
}

export const isOnline = (entry: DriveEntry): boolean =>
  entry.availability === 'online' && entry.lineAvailability === 'online' && entry.description !== null;

/** A state repeats at least every 30 s (contract.md); what is silent for longer than that is not known any more. */
const SILENT_AFTER_MS = 40_000;

/** The axis state to act upon: whatever a drive said last is worth nothing once its process is gone or silent. */
export function axisStateOf(entry: DriveEntry, nowMs: number): AxisState {
  if (!isOnline(entry) || entry.state === null || entry.heardAtMs === null) return 'unknown';
  if (entry.state.stale || nowMs - entry.heardAtMs > SILENT_AFTER_MS) return 'unknown';
  return entry.state.state;
}

/** Milliseconds since the drive was last heard; null when never. */
export const ageMs = (entry: DriveEntry, nowMs: number): number | null =>
  entry.heardAtMs === null ? null : Math.max(0, nowMs - entry.heardAtMs);
