import type { BusState } from './message-bus.ts';

/** A state that is told at once and then on each change. */
export interface BusStates {
  readonly get: () => BusState;
  readonly set: (next: BusState) => void;
  readonly listen: (listener: (state: BusState) => void) => () => void;
}

export function createStates(first: BusState): BusStates {
  const listeners = new Set<(state: BusState) => void>();
  let state = first;
  return {
    get: () => state,
    set(next) {
      if (next === state) return;
      state = next;
      for (const listener of new Set(listeners)) listener(next);
    },
    listen(listener) {
      listeners.add(listener);
      listener(state);
      return () => void listeners.delete(listener);
    },
  };
}
