/** Ends a timer before it fires; harmless afterwards. */
export type Cancel = () => void;

/** Time as a parameter: a 30 s move is tested in milliseconds, and no deadline follows the wall clock. */
export interface Clock {
  /** Monotonic milliseconds with fractions; the base of every deadline. */
  nowMs(): number;
  /** Milliseconds since 1970, for what people read; never compared with a deadline. */
  unixMs(): number;
  /** Calls `run` once, not before `delayMs` have passed. */
  after(delayMs: number, run: () => void): Cancel;
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout(fn, 2**31) fires after 1 ms, so a longer wait would start a motion now instead of in a month. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

/** Builds `sleep` from `after`, the same for every clock. */
export function sleepWith(after: Clock['after']): Clock['sleep'] {
  return (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
}

export function checkDelay(delayMs: number): void {
  if (!(delayMs <= LONGEST_TIMER_MS)) {
    throw new RangeError(`a timer of ${delayMs} ms was asked for; at most ${LONGEST_TIMER_MS} ms (24 h) is possible`);
  }
}

/** Taken once: on globalThis it is a getter of Node's, which is asked anew at every mention. */
const { performance } = globalThis;

function startTimer(delayMs: number, run: () => void): Cancel {
  checkDelay(delayMs);
  const dueMs = performance.now() + delayMs;
  // Node's timers count whole milliseconds of a cached time and may fire up to one early.
  const fire = (): void => {
    const remainingMs = dueMs - performance.now();
    if (remainingMs > 0) timer = setTimeout(fire, remainingMs);
    else run();
  };
  let timer = setTimeout(fire, Math.max(0, delayMs));
  return () => clearTimeout(timer);
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  unixMs: () => Date.now(),
  after: startTimer,
  sleep: sleepWith(startTimer),
};
