import type { Cancel, Clock } from '../../drivers/base/index.ts';

/** Calls back at an instant of the clock, never before it. */
export interface PreciseTimer {
  at(dueMs: number, run: () => void): Cancel;
}

/** Exact on a virtual clock; on the machine's own clock as late as its timers are, one or two milliseconds. */
export function clockTimer(clock: Clock): PreciseTimer {
  return { at: (dueMs, run) => clock.after(Math.max(0, dueMs - clock.nowMs()), run) };
}

/** How late a timer of the event loop is now and then; shorter waits go without. */
const COARSE_LATENESS_MS = 4;
/** How late the kernel wakes a sleeping thread; the rest is spun away. */
const WAKE_LATENESS_MS = 0.12;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Within some hundredths of a millisecond on the machine's clock: a coarse timer for most of the way, then the thread
 * sleeps without the event loop, then it spins. Blocks its thread for 4 to 5 ms at most, of which it spins about 0.1.
 */
export function preciseTimer(clock: Clock): PreciseTimer {
  function sleepUntil(dueMs: number): void {
    const sleepMs = dueMs - clock.nowMs() - WAKE_LATENESS_MS;
    if (sleepMs > 0) Atomics.wait(sleeper, 0, 0, sleepMs);
    while (clock.nowMs() < dueMs);
  }
  return {
    at(dueMs, run) {
      const finish = (): void => {
        if (isCancelled) return;
        sleepUntil(dueMs);
        run();
      };
      let isCancelled = false;
      let coarse: Cancel | null = null;
      const coarseMs = Math.floor(dueMs - clock.nowMs() - COARSE_LATENESS_MS);
      // even then not at once: whoever asked is still running
      if (coarseMs < 1) queueMicrotask(finish);
      else coarse = clock.after(coarseMs, finish);
      return () => {
        isCancelled = true;
        coarse?.();
      };
    },
  };
}
