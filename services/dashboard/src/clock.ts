/** The page's only source of time. Ages are counted from arrival by this clock: the clocks of other machines may be wrong. */
export interface PageClock {
  /** Milliseconds since the page was opened; never jumps. */
  now(): number;
  /** Runs once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Runs every `periodMs`; the answer ends it. */
  every(periodMs: number, run: () => void): () => void;
}

export const browserClock: PageClock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = window.setTimeout(run, delayMs);
    return () => window.clearTimeout(timer);
  },
  every: (periodMs, run) => {
    const timer = window.setInterval(run, periodMs);
    return () => window.clearInterval(timer);
  },
};
