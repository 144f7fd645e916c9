import { LineTrigger } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import { fenceOf } from './leadership-routes.ts';
import { preferredWaitMs } from './prefer-wait.ts';
import { checkLine, type LineRoute, type RouteParts } from './route-parts.ts';

/** What concerns the line as a whole: common start, stop for all, counters. */
export function addLineRoutes(server: HttpServer, { host }: RouteParts): void {
  server.get<LineRoute>('/v1/lines/:line', (request) => {
    checkLine(request.params.line, host);
    const { units, ...stats } = host.line.stats();
    const { id, way } = host.config;
    return { line: id, kind: way.kind, ...stats, units: Object.fromEntries(units) };
  });

  server.post<LineRoute>('/v1/lines/:line/trigger', async (request) => {
    checkLine(request.params.line, host);
    return host.trigger(parseBody(LineTrigger, request.body, 'trigger'), fenceOf(request));
  });

  server.post('/v1/stop', { config: { role: 'viewer' } }, async (request) =>
    host.stopAll('stop for all', preferredWaitMs(request.headers['prefer']) ?? undefined),
  );
}
