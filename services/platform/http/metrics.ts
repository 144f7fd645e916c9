import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

interface MetricsOptions {
  /** Also memory, CPU and event-loop figures. */
  readonly process?: boolean;
  /** Also how this process stands with the broker. */
  readonly bus?: { readonly state: () => 'online' | 'offline'; readonly drops: () => number };
}

/** A registry of its own for each process. */
export function createMetrics({ process = false, bus }: MetricsOptions = {}): Registry {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  if (bus !== undefined) addBusFigures(registry, bus);
  return registry;
}

function addBusFigures(registry: Registry, bus: NonNullable<MetricsOptions['bus']>): void {
  const figure = (name: string, help: string, read: () => number): void =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  figure('kmotion_bus_online', '1 while connected to the MQTT broker', () => (bus.state() === 'online' ? 1 : 0));
  figure('kmotion_bus_drops', 'Messages not published: offline, too large or refused by the broker', () => bus.drops());
}
