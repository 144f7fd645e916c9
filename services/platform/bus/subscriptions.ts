import type { IncomingMessage } from './message-bus.ts';
import { matchesFilter, overlaps } from './topic-filter.ts';

type Listener = (message: IncomingMessage) => void;

/** Who listens to what on one bus. */
export interface Subscriptions {
  /**
   * Gives back the cancelling function.
   * @throws Error when the filter overlaps another one: brokers differ in whether such a message comes once or twice
   */
  add(filter: string, listener: Listener): void;
  /** True when that was the last listener of the filter. */
  remove(filter: string, listener: Listener): boolean;
  readonly filters: () => readonly string[];
  readonly dispatch: (message: IncomingMessage) => void;
}

export function createSubscriptions(): Subscriptions {
  const byFilter = new Map<string, Set<Listener>>();
  return {
    add(filter, listener) {
      const clash = [...byFilter.keys()].find((other) => other !== filter && overlaps(other, filter));
      if (clash !== undefined)
        throw new Error(`the filter ${filter} overlaps ${clash} on the same bus: a message could be heard twice`);
      const listeners = byFilter.get(filter) ?? new Set();
      byFilter.set(filter, listeners.add(listener));
    },
    remove(filter, listener) {
      const listeners = byFilter.get(filter);
      if (listeners?.delete(listener) !== true || listeners.size > 0) return false;
      return byFilter.delete(filter);
    },
    filters: () => [...byFilter.keys()],
    dispatch(message) {
      for (const [filter, listeners] of byFilter)
        if (matchesFilter(filter, message.topic)) for (const listener of listeners) listener(message);
    },
  };
}
