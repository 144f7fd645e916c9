import { problem, Refusal, type DriveDescription } from '../../contracts/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { thingOf } from '../thing-description.ts';
import { axisOf, type DriveRoute, type RouteParts } from './route-parts.ts';

/** What the drives of this line are, and how they are. */
export function addDriveRoutes(server: HttpServer, parts: RouteParts): void {
  const { faces } = parts.host;
  const describe = (drive: string): DriveDescription => {
    const description = faces.get(axisOf(drive, parts).id)?.description() ?? null;
    if (description === null) throw new Refusal(problem('offline', `${drive} is being set up.`, { drive }));
    return description;
  };
  server.get('/v1/drives', () => [...faces.keys()].map(describe));
  server.get<DriveRoute>('/v1/drives/:drive', (request) => describe(request.params.drive));
  server.get<DriveRoute>('/v1/drives/:drive/state', (request) => axisOf(request.params.drive, parts).state());
  server.get<DriveRoute>('/v1/drives/:drive/thing', (request, reply) => {
    void reply.type('application/td+json');
    return JSON.stringify(thingOf(describe(request.params.drive)));
  });
}
