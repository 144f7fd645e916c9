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
  readonly dispatch: (message: IncomingMessage) => void;
}

interface Subscription {
  readonly levels: readonly string[];
  readonly listeners: Set<Listener>;
}

/** A site has some topics for each drive, and the same come again and again. */
const REMEMBERED_TOPICS = 4096;

export function createSubscriptions(): Subscriptions {
  const byFilter = new Map<string, Subscription>();
  const byTopic = new Map<string, readonly Subscription[]>();

  function concernedBy(topic: string): readonly Subscription[] {
    const known = byTopic.get(topic);
    if (known !== undefined) return known;
    const levels = topic.split('/');
    const found = [...byFilter.values()].filter((subscription) => matchesLevels(subscription.levels, levels));
    if (byTopic.size >= REMEMBERED_TOPICS) byTopic.clear();
    byTopic.set(topic, found);
    return found;
  }

  return {
    add(filter, listener) {
      const clash = [...byFilter.keys()].find((other) => other !== filter && overlaps(other, filter));
      if (clash !== undefined)
        throw new Error(`the filter ${filter} overlaps ${clash} on the same bus: a message could be heard twice`);
      const known = byFilter.get(filter);
      if (known !== undefined) known.listeners.add(listener);
      else byFilter.set(filter, { levels: filter.split('/'), listeners: new Set([listener]) });
      byTopic.clear();
    },
    remove(filter, listener) {
      const listeners = byFilter.get(filter)?.listeners;
      if (listeners?.delete(listener) !== true || listeners.size > 0) return false;
      byTopic.clear();
      return byFilter.delete(filter);
    },
    filters: () => [...byFilter.keys()],
    dispatch(message) {
      for (const { listeners } of concernedBy(message.topic)) for (const listener of listeners) listener(message);
    },
  };
}
