import { problem, Refusal, ScanRequest, type PortDescription } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import type { Commissioning } from '../commissioning.ts';
import type { Scans } from '../scans.ts';

interface ScanParams {
  readonly Params: { readonly scan: string };
}

/** Ports and scans. Searching only reads, but it speaks on wires of the machine: that is for engineers. */
export function addCommissioningRoutes(
  server: HttpServer,
  { commissioning, scans }: { readonly commissioning: Commissioning; readonly scans: Scans },
): void {
  server.get('/v1/ports', async () => commissioning.ports());
  const config = { role: 'engineer', takenOnStandby: true } as const;
  server.post('/v1/scans', { config }, async (request, reply) => {
    const body = parseBody(ScanRequest, request.body, 'scan');
    if (body.ports !== undefined) refuseTaken(body.ports, await commissioning.ports());
    const resource = scans.start(body);
    return reply.code(202).header('location', `/v1/scans/${resource.scan}`).send(resource);
  });
  server.get<ScanParams>('/v1/scans/:scan', (request) => scans.read(request.params.scan));
  server.delete<ScanParams>('/v1/scans/:scan', { config }, (request) => scans.interrupt(request.params.scan));
}

function refuseTaken(names: readonly string[], ports: readonly PortDescription[]): void {
  for (const { path, byId, byPath, owner } of ports) {
    const asked = names.find((name) => [path, byId, byPath].includes(name));
    if (asked === undefined || owner === null) continue;
    const who = owner.kind === 'line' ? `line ${owner.name}` : owner.name;
    throw new Refusal(problem('portTaken', `${asked} belongs to ${who}: nobody else asks on it.`));
  }
}
