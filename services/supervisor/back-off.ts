const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** A process that has lived this long was well; its next death is a new story. */
const WELL_AFTER_MS = 30_000;

/** How long to wait before a dead process is started again. @param previousMs the last wait, 0 before the first */
export function nextBackOff(previousMs: number, livedMs: number): number {
  if (previousMs === 0 || livedMs >= WELL_AFTER_MS) return FIRST_MS;
  return Math.min(previousMs * 2, LONGEST_MS);
}
