import { createStates, type BusStates } from './bus-states.ts';
import type { BusState, IncomingMessage, MessageBus, PublishOptions, Will } from './message-bus.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { isPlainTopic, matchesFilter } from './topic-filter.ts';

/** A broker in memory: the same semantics as over the network, in one order, for virtual time. */
export interface MemoryBroker {
  readonly bus: (clientName: string, will?: Will) => MessageBus;
  /** The client is gone without a word: its will is published. */
  readonly lose: (clientName: string) => void;
  /** The broker is gone, or back with what it retained. */
  readonly setOnline: (isOnline: boolean) => void;
}

interface Client {
  readonly subscriptions: Subscriptions;
  readonly states: BusStates;
  readonly will: Will | undefined;
}

const now = Promise.resolve();
/** In a microtask of its own. Node's `queueMicrotask` makes a resource for diagnostics with each, which costs more than it. */
const soon = (run: () => void): void => void now.then(run);

/** Messages arrive in the order of publishing, each in a microtask of its own: never inside the publisher's call. */
export function createMemoryBus(): MemoryBroker {
  const clients = new Map<string, Client>();
  const retained = createRetained();
  let isOnline = true;
  const isConnected = (client: Client): boolean => client.states.get() === 'online';

  function publish(message: IncomingMessage): void {
    retained.keep(message);
    for (const client of clients.values()) soon(() => isConnected(client) && client.subscriptions.dispatch(message));
  }

  function replay(client: Client, filter: string, listener: (message: IncomingMessage) => void): void {
    for (const message of retained.matching(filter)) soon(() => isConnected(client) && listener(message));
  }

  function lose(name: string): void {
    const client = clients.get(name);
    clients.delete(name);
    client?.states.set('offline');
    if (client?.will !== undefined) publish({ ...client.will, retained: true, replyTo: null });
  }

  return {
    lose,
    setOnline(next) {
      isOnline = next;
      const state: BusState = next ? 'online' : 'offline';
      const changed = [...clients.values()].filter((client) => client.states.get() !== state);
      for (const client of changed) client.states.set(state);
      if (!next) return;
      for (const client of changed)
        for (const filter of client.subscriptions.filters()) replay(client, filter, client.subscriptions.dispatch);
    },
    bus(name, will) {
      // As with a real broker, a second client of the same name takes over from the first.
      lose(name);
      const states = createStates(isOnline ? 'online' : 'offline');
      const client: Client = { subscriptions: createSubscriptions(), states, will };
      clients.set(name, client);
      return busOf(client, { publish, replay, forget: () => clients.get(name) === client && clients.delete(name) });
    },
  };
}

interface Hub {
  readonly publish: (message: IncomingMessage) => void;
  readonly replay: (client: Client, filter: string, listener: (message: IncomingMessage) => void) => void;
  readonly forget: () => void;
}

function busOf(client: Client, hub: Hub): MessageBus {
  const { states, subscriptions } = client;
  let drops = 0;
  return {
    state: states.get,
    onState: states.listen,
    publish(topic, payload, options) {
      if (states.get() === 'online' && isPlainTopic(topic)) hub.publish(incoming(topic, payload, options));
      else drops++;
    },
    drops: () => drops,
    subscribe(filter, listener) {
      subscriptions.add(filter, listener);
      if (states.get() === 'online') hub.replay(client, filter, listener);
      return () => void subscriptions.remove(filter, listener);
    },
    async close() {
      hub.forget();
      states.set('offline');
    },
  };
}

function createRetained(): {
  keep(message: IncomingMessage): void;
  matching(filter: string): readonly IncomingMessage[];
} {
  const byTopic = new Map<string, IncomingMessage>();
  return {
    keep(message) {
      if (!message.retained) return;
      if (message.payload === '') byTopic.delete(message.topic);
      else byTopic.set(message.topic, message);
    },
    matching: (filter) => [...byTopic.values()].filter((message) => matchesFilter(filter, message.topic)),
  };
}

const incoming = (topic: string, payload: string, options: PublishOptions = {}): IncomingMessage => ({
  topic,
  payload,
  retained: options.retain ?? false,
  replyTo: options.replyTo === undefined ? null : { topic: options.replyTo, correlation: options.correlation ?? null },
});
