import type * as Prometheus from 'prom-client';

/** What is registered on, and with what. */
export interface Figures {
  readonly registry: Prometheus.Registry;
  readonly library: typeof Prometheus;
}

interface MetricsOptions {
  /** Also memory, CPU and event-loop figures. */
  readonly process?: boolean;
  /** Also how this process stands with the broker. */
  readonly bus?: { readonly state: () => 'online' | 'offline'; readonly drops: () => number };
  /** The process's own figures. */
  readonly add?: (figures: Figures) => void;
}

export interface Metrics {
  /** The text for Prometheus, and its content type. */
  scrape(): Promise<{ readonly type: string; readonly text: string }>;
}

/**
 * A registry of its own for each process, made when somebody asks for the first time: loading the library is a tenth of
 * what a process does until it is ready, and every figure is read from elsewhere anyway.
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  let made: Promise<Prometheus.Registry> | null = null;
  return {
    async scrape() {
      made ??= makeRegistry(options);
      const registry = await made;
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

async function makeRegistry({ process = false, bus, add }: MetricsOptions): Promise<Prometheus.Registry> {
  const library = await import('prom-client');
  const registry = new library.Registry();
  if (process) library.collectDefaultMetrics({ register: registry });
  if (bus !== undefined) addBusFigures({ registry, library }, bus);
  add?.({ registry, library });
  return registry;
}

function addBusFigures({ registry, library }: Figures, bus: NonNullable<MetricsOptions['bus']>): void {
  const figure = (name: string, help: string, read: () => number): void =>
    registry.registerMetric(
      new library.Gauge({
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
