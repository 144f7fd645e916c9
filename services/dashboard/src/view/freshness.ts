import type { DriveStateMessage } from '../../../contracts/index.ts';
import type { PageProblem } from '../api/page-problem.ts';
import { ageText } from './quantity.ts';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `sinceMs`: arrival of the last thing heard, by the page's clock. */
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly problem: PageProblem };

export interface Heard {
  readonly message: DriveStateMessage;
  readonly arrivedAtMs: number;
}

/** Whether a drive's numbers may be shown as what is so now. */
export type Freshness =
  | { readonly kind: 'live' }
  | { readonly kind: 'old'; readonly why: string }
  | { readonly kind: 'none'; readonly why: string };

interface Known {
  readonly connection: Connection;
  readonly heard: Heard | null;
  readonly available: boolean;
  readonly nowMs: number;
}

/** A device says its state at least every 30 s at rest, and every 100 ms while the position changes. */
const REST_LIMIT_MS = 40_000;
const MOVING_LIMIT_MS = 5_000;

export function freshnessOf({ connection, heard, available, nowMs }: Known): Freshness {
  if (heard === null) return { kind: 'none', why: available ? 'waiting for the first reading' : 'not available' };
  const ageMs = Math.max(0, nowMs - heard.arrivedAtMs);
  const old = (why: string): Freshness => ({ kind: 'old', why: `${why}, ${ageText(ageMs)} old` });
  if (connection.kind !== 'live') return old('no connection');
  if (!available) return old('the device process is offline');
  return ownDoubt(heard.message, old) ?? tooOld(heard.message, ageMs, old);
}

/** What the drive's service itself says about its readings. */
function ownDoubt(message: DriveStateMessage, old: (why: string) => Freshness): Freshness | null {
  if (message.link === 'offline') return old('the drive does not answer');
  if (message.stale || message.state === 'unknown') return old('no current reading');
  return null;
}

function tooOld(message: DriveStateMessage, ageMs: number, old: (why: string) => Freshness): Freshness {
  const limitMs = message.moving === true ? MOVING_LIMIT_MS : REST_LIMIT_MS;
  return ageMs > limitMs ? old('nothing heard lately') : { kind: 'live' };
}
