import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of its own for each process; with `process: true` also memory, CPU and event-loop figures. */
export function createMetrics(options: { readonly process?: boolean } = {}): Registry {
  const registry = new Registry();
  if (options.process === true) collectDefaultMetrics({ register: registry });
  return registry;
}
