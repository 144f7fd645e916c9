import { Gauge, type Registry as Metrics } from 'prom-client';
import type { HttpServer } from '../../platform/http/index.ts';
import { ageMs, isOnline } from '../domain/registry.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Clock } from '../time.ts';

interface Parts {
  readonly orchestrator: Orchestrator;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** The site as a whole: alive, ready, measured, described, stopped. */
export function addSiteRoutes(server: HttpServer, parts: Parts): void {
  const { orchestrator, metrics } = parts;
  addGauges(parts);
  server.get('/healthz', { config: { role: 'public' } }, () => ({ status: 'ok' }));
  server.get('/readyz', { config: { role: 'public' } }, async (_request, reply) => {
    const readiness = orchestrator.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  server.get('/v1/site', () => orchestrator.siteMessage());
  // No body is read and no state is asked for: nothing can be wrong with a stop.
  server.post('/v1/stop', { config: { role: 'viewer' } }, () => orchestrator.stopAll());
}

function addGauges({ orchestrator, metrics, clock }: Parts): void {
  const { registry } = orchestrator;
  const online = new Gauge({
    name: 'kmotion_drive_online',
    help: '1 when the drive answers and its process is there',
    labelNames: ['drive', 'line'],
    registers: [metrics],
    collect: () => {
      for (const { id, line } of orchestrator.site.drives.values()) {
        online.set({ drive: id, line }, isOnline(registry.entry(id)) ? 1 : 0);
      }
    },
  });
  const age = new Gauge({
    name: 'kmotion_drive_state_age_seconds',
    help: 'Time since the last state of the drive was heard',
    labelNames: ['drive'],
    registers: [metrics],
    collect: () => {
      for (const [drive, entry] of registry.entries()) {
        const passedMs = ageMs(entry, clock.nowMs());
        if (passedMs !== null) age.set({ drive }, passedMs / 1000);
      }
    },
  });
  const ready: Gauge = new Gauge({
    name: 'kmotion_site_ready',
    help: '1 when every configured drive is online and the broker is there',
    registers: [metrics],
    collect: () => {
      ready.set(orchestrator.readiness().ready ? 1 : 0);
    },
  });
}
