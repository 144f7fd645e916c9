import type { Figures } from '../../platform/http/index.ts';
import type { Store } from '../store/index.ts';

/** How the store stands, for Prometheus. */
export function addStoreFigures({ registry: to, library }: Figures, store: Store): void {
  const figure = (name: string, help: string, read: () => number): void =>
    to.registerMetric(
      new library.Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  figure('kmotion_store_ok', '1 when samples, events and programs can be kept', () =>
    store.state().state === 'ok' ? 1 : 0,
  );
  figure('kmotion_store_lost_samples', 'Samples that the store did not take, since the start', () =>
    store.history.lost(),
  );
  figure('kmotion_store_lost_events', 'Lines of the event log that the store did not take, since the start', () =>
    store.events.lost(),
  );
}
