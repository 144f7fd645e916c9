import type { Clock } from '../base/index.ts';

/** Waits that may be cut short by news. */
export interface Rouse {
  /** Resolves after `delayMs`, or when news comes first. */
  sleep(delayMs: number): Promise<void>;
  news(): void;
}

export function createRouse(clock: Clock): Rouse {
  const sleepers = new Set<() => void>();
  return {
    sleep: (delayMs) =>
      new Promise((resolve) => {
        const wake = (): void => {
          cancel();
          sleepers.delete(wake);
          resolve();
        };
        const cancel = clock.after(delayMs, wake);
        sleepers.add(wake);
      }),
    news() {
      for (const wake of sleepers) wake();
    },
  };
}
