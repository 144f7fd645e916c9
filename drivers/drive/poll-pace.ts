import { POLLS_A_WATCHDOG } from '../profile/index.ts';
import type { DriveSample } from './drive.ts';

/** A little longer than the mechanics of a compact drive take to show that they began to move. */
const AFTER_COMMAND_MS = 500;
/** Between the starts of two reads; leaves the line to the others, and the drive's own values change no faster. */
const SHORTEST_MS = 10;

export interface PollPace {
  readonly idleMs: number;
  readonly movingMs: number;
  readonly watchdogMs: number | null;
}

/** What is known when the next poll is to be set. */
export interface PollNeed {
  readonly latest: DriveSample | null;
  readonly sinceCommandMs: number;
  /** Somebody waits for the next reading. */
  readonly isAwaited: boolean;
}

/** It rests, and was not told anything just now that would change that. */
export const isCalm = ({ latest, sinceCommandMs }: PollNeed): boolean =>
  latest?.state.moving === false && sinceCommandMs >= AFTER_COMMAND_MS;

/** Time from the start of one fast poll to the start of the next. */
export function pollPeriodMs(pace: PollPace, need: PollNeed): number {
  if (need.isAwaited) return SHORTEST_MS;
  const wantedMs = isCalm(need) ? pace.idleMs : pace.movingMs;
  return Math.max(SHORTEST_MS, Math.min(wantedMs, (pace.watchdogMs ?? Infinity) / POLLS_A_WATCHDOG));
}
