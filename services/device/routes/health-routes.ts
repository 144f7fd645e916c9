import type { HttpServer, Metrics } from '../../platform/http/index.ts';
import type { RouteParts } from './route-parts.ts';

export function addHealthRoutes(
  server: HttpServer,
  { host, metrics }: RouteParts & { readonly metrics: Metrics },
): void {
  server.get('/healthz', { config: { role: 'public' } }, () => ({ alive: true }));

  server.get('/readyz', { config: { role: 'public' } }, (_request, reply) => {
    const reasons = host.reasonsNotReady();
    void reply.code(reasons.length === 0 ? 200 : 503);
    return { ready: reasons.length === 0, reasons };
  });

  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await metrics.scrape();
    return reply.type(type).send(text);
  });
}
