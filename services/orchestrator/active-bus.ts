import type { MessageBus } from '../platform/bus/index.ts';
import type { Leadership } from './leadership.ts';

/** The bus as far as the active orchestrator speaks on it. */
export type ActiveBus = Pick<MessageBus, 'publish' | 'onState' | 'subscribe'>;

/**
 * How site, groups and programs are is told by the one who commands them. For whoever stands by this bus is offline: it
 * hears, and what it would say is dropped; when it takes over it says everything, as after a broker's return.
 */
export function activeBus(bus: MessageBus, { isActive, onChange }: Leadership): ActiveBus {
  const state = (): ReturnType<MessageBus['state']> => (isActive() ? bus.state() : 'offline');
  return {
    subscribe: (filter, listener) => bus.subscribe(filter, listener),
    publish(topic, payload, options) {
      if (isActive()) bus.publish(topic, payload, options);
    },
    onState(listener) {
      let told: ReturnType<MessageBus['state']> | null = null;
      const tell = (): void => {
        const now = state();
        if (now !== told) listener(now);
        told = now;
      };
      const ends = [bus.onState(tell), onChange(tell)];
      return () => ends.forEach((end) => end());
    },
  };
}
