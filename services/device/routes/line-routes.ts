import { LineTrigger, problem, Refusal } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import type { RouteParts } from './route-parts.ts';

interface LineRoute {
  readonly Params: { readonly line: string };
}

/** What concerns the line as a whole: common start, stop for all, counters. */
export function addLineRoutes(server: HttpServer, { host }: RouteParts): void {
  const check = (line: string): void => {
    if (line === host.config.id) return;
    throw new Refusal(problem('notFound', `There is no line ${line} here; this process serves ${host.config.id}.`));
  };

  server.get<LineRoute>('/v1/lines/:line', (request) => {
    check(request.params.line);
    const { units, ...stats } = host.line.stats();
    const { id, way } = host.config;
    return { line: id, kind: way.kind, ...stats, units: Object.fromEntries(units) };
  });

  server.post<LineRoute>('/v1/lines/:line/trigger', async (request) => {
    check(request.params.line);
    return host.trigger(parseBody(LineTrigger, request.body, 'trigger'));
  });

  server.post('/v1/stop', { config: { role: 'viewer' } }, async () => host.stopAll('stop for all'));
}
