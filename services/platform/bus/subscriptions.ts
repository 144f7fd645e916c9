import type { IncomingMessage } from './message-bus.ts';
import { matchesLevels, overlaps } from './topic-filter.ts';

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
  /** @param levels of its topic: taken apart once, when many clients hear the same message */
  readonly dispatch: (message: IncomingMessage, levels?: readonly string[]) => void;
}

interface Subscription {
  readonly levels: readonly string[];
  readonly listeners: Set<Listener>;
}

export function createSubscriptions(): Subscriptions {
  const byFilter = new Map<string, Subscription>();
  return {
    add(filter, listener) {
      const clash = [...byFilter.keys()].find((other) => other !== filter && overlaps(other, filter));
      if (clash !== undefined)
        throw new Error(`the filter ${filter} overlaps ${clash} on the same bus: a message could be heard twice`);
      const known = byFilter.get(filter);
      if (known !== undefined) known.listeners.add(listener);
      else byFilter.set(filter, { levels: filter.split('/'), listeners: new Set([listener]) });
    },
    remove(filter, listener) {
      const listeners = byFilter.get(filter)?.listeners;
      if (listeners?.delete(listener) !== true || listeners.size > 0) return false;
      return byFilter.delete(filter);
    },
    filters: () => [...byFilter.keys()],
    dispatch(message, topic = message.topic.split('/')) {
      for (const { levels, listeners } of byFilter.values())
        if (matchesLevels(levels, topic)) for (const listener of listeners) listener(message);
    },
  };
}
