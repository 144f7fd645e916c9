import { systemClock, type Clock } from '../base/index.ts';

/** Waits until an instant of the clock: never shorter than asked, and late by microseconds where that is possible. */
export type PreciseWait = (dueMs: number, run: () => void) => void;

/** Timers of Node wake up to 1.6 ms late, so the last part of a wait is spun through turns of the event loop. */
const SPUN_MS = 2;

/** On the machine's own clock; any other clock is waited for by its timers alone, because spinning does not move it. */
export function preciseWait(clock: Clock): PreciseWait {
  return clock === systemClock ? waitAndSpin : (dueMs, run) => void clock.after(dueMs - clock.nowMs(), run);
}

function waitAndSpin(dueMs: number, run: () => void): void {
  const restMs = dueMs - systemClock.nowMs();
  if (restMs <= 0) run();
  else if (restMs <= SPUN_MS) setImmediate(waitAndSpin, dueMs, run);
  else systemClock.after(Math.floor(restMs - SPUN_MS), () => waitAndSpin(dueMs, run));
}
