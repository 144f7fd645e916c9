import type { Gauge } from 'prom-client';
import type { Figures, HttpServer, Metrics } from '../../platform/http/index.ts';
import { ageMs, isOnline } from '../domain/registry.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Clock } from '../time.ts';

interface Parts {
  readonly orchestrator: Orchestrator;
  readonly metrics: Metrics;
}

/** The site as a whole: alive, ready, measured, described, stopped. */
export function addSiteRoutes(server: HttpServer, { orchestrator, metrics }: Parts): void {
  server.get('/healthz', { config: { role: 'public' } }, () => ({ status: 'ok' }));
  server.get('/readyz', { config: { role: 'public' } }, async (_request, reply) => {
    const readiness = orchestrator.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await metrics.scrape();
    return reply.type(type).send(text);
  });
  server.get('/v1/site', () => orchestrator.siteMessage());
  // No body is read and no state is asked for: nothing can be wrong with a stop.
  server.post('/v1/stop', { config: { role: 'viewer', takenOnStandby: true } }, () => orchestrator.stopAll());
  server.post('/v1/orchestrator/take-over', { config: { role: 'engineer', takenOnStandby: true } }, () =>
    orchestrator.leadership.takeOver(),
  );
}

interface Measured {
  readonly orchestrator: Orchestrator;
  readonly clock: Clock;
}

/** The figures of the site for Prometheus. */
export function addSiteFigures({ registry: to, library }: Figures, { orchestrator, clock }: Measured): void {
  const { registry } = orchestrator;
  const online = new library.Gauge({
    name: 'kmotion_drive_online',
    help: '1 when the drive answers and its process is there',
    labelNames: ['drive', 'line'],
    registers: [to],
    collect: () => {
      for (const { id, line } of orchestrator.site.drives.values()) {
        online.set({ drive: id, line }, isOnline(registry.entry(id)) ? 1 : 0);
      }
    },
  });
  const age = new library.Gauge({
    name: 'kmotion_drive_state_age_seconds',
    help: 'Time since the last state of the drive was heard',
    labelNames: ['drive'],
    registers: [to],
    collect: () => {
      for (const [drive, entry] of registry.entries()) {
        const passedMs = ageMs(entry, clock.nowMs());
        if (passedMs !== null) age.set({ drive }, passedMs / 1000);
      }
    },
  });
  const active: Gauge = new library.Gauge({
    name: 'kmotion_orchestrator_active',
    help: '1 while this orchestrator commands, 0 while it stands by',
    registers: [to],
    collect: () => {
      active.set(orchestrator.leadership.isActive() ? 1 : 0);
    },
  });
  const ready: Gauge = new library.Gauge({
    name: 'kmotion_site_ready',
    help: '1 when every configured drive is online and the broker is there',
    registers: [to],
    collect: () => {
      ready.set(orchestrator.readiness().ready ? 1 : 0);
    },
  });
}
