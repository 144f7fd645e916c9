import type { IncomingMessage, MessageBus } from '../../services/platform/bus/index.ts';
import type { Delivery, Order } from './facts.ts';
import type { ProcessGate } from './process-gate.ts';
import type { World } from './world.ts';

interface BusParts {
  readonly line: string;
  readonly gate: ProcessGate;
  readonly deliver: (order: Order, how: Delivery['how']) => void;
}

/** One client of the broker, behind the border of its process; commands to it pass the weather. */
export function createGatedBus(world: World, { line, gate, deliver }: BusParts): MessageBus {
  const inner = world.broker.bus(`device-${line}`);

  function receive(message: IncomingMessage, listener: (message: IncomingMessage) => void): void {
    const order = world.mail.get(`${message.topic} ${message.payload}`);
    if (order === undefined || !message.topic.includes('/commands/')) return gate.enter(() => listener(message));
    const hand = (how: Delivery['how']): void =>
      gate.enter(() => {
        deliver(order, how);
        listener(message);
      });
    if (message.retained) hand('retained');
    else world.network({ order, deliver: hand });
  }

  return {
    state: () => inner.state(),
    onState: (listener) => inner.onState((state) => gate.enter(() => listener(state))),
    publish(topic, payload, options) {
      if (!gate.isAlive) return;
      world.witness.heard(topic, payload);
      inner.publish(topic, payload, options);
    },
    drops: () => inner.drops(),
    subscribe: (filter, listener) => inner.subscribe(filter, (message) => receive(message, listener)),
    close: () => inner.close(),
  };
}
