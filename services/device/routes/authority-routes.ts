import { LeaseBreak, LeaseRenewal, LeaseRequest, LeaseReturn, MaintenanceLock } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import { axisOf, type DriveRoute, type RouteParts } from './route-parts.ts';

/** Who may command a drive: its lease, and the lock of whoever works on it. */
export function addAuthorityRoutes(server: HttpServer, parts: RouteParts): void {
  const lease = '/v1/drives/:drive/lease';
  server.post<DriveRoute>(lease, (request, reply) => {
    void reply.code(201);
    return axisOf(request.params.drive, parts).lease.take(parseBody(LeaseRequest, request.body, 'lease'));
  });
  server.put<DriveRoute>(lease, (request) =>
    axisOf(request.params.drive, parts).lease.renew(parseBody(LeaseRenewal, request.body, 'lease')),
  );
  server.delete<DriveRoute>(lease, (request, reply) => {
    axisOf(request.params.drive, parts).lease.giveBack(parseBody(LeaseReturn, request.body, 'lease').token);
    return reply.code(204).send();
  });

  const config = { role: 'engineer' as const };
  server.post<DriveRoute>(`${lease}/break`, { config }, (request, reply) => {
    axisOf(request.params.drive, parts).lease.break(parseBody(LeaseBreak, request.body, 'lease/break').reason);
    return reply.code(204).send();
  });

  const maintenance = '/v1/drives/:drive/maintenance';
  server.put<DriveRoute>(maintenance, { config }, (request) => {
    const { reason } = parseBody(MaintenanceLock, request.body, 'maintenance');
    return axisOf(request.params.drive, parts).lockForMaintenance(reason);
  });
  server.delete<DriveRoute>(maintenance, { config }, (request) =>
    axisOf(request.params.drive, parts).lockForMaintenance(null),
  );
}
