/** Runs behind every turn of the promise queue that has begun, and every one that follows from it. */
export function behindPromises(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}
