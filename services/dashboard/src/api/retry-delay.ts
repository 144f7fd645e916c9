const FIRST_MS = 300;
const LONGEST_MS = 5_000;

/** How long to wait before attempt number `attempt` (from 0) to reconnect: doubles, and a person never waits over 5 s. */
export function retryDelayMs(attempt: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
}
