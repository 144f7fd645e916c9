import { DriverError } from '../base/index.ts';

/** What a stop raises: everything that was begun before it is over. */
export interface Fence {
  /** Aborted by the next stop; taken when an intent is asked for, not when its turn comes. */
  signal(): AbortSignal;
  raise(reason: string): void;
}

export function createFence(): Fence {
  let current = new AbortController();
  return {
    signal: () => current.signal,
    raise(reason) {
      const old = current;
      current = new AbortController();
      old.abort(new DriverError('FENCED', reason));
    },
  };
}
