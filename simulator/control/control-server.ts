import type { Clock } from '../../drivers/base/index.ts';
import { listen } from '../../services/platform/doors/index.ts';
import { createHttpServer, type HttpServer, parseBody } from '../../services/platform/http/index.ts';
import type { Logger } from '../../services/platform/process/index.ts';
import type { VirtualDrive } from '../drive/virtual-drive.ts';
import type { VirtualLine } from '../line/virtual-line.ts';
import type { VirtualSite } from '../virtual-site.ts';
import { FaultRequest, LedgerQuery, LoadRequest, MishapRequest } from './requests.ts';

export interface ControlOptions {
  readonly site: VirtualSite;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly address: { readonly host: string; readonly port: number };
  /** Where a line can be reached: paths and addresses for `GET /v1/lines`. */
  readonly doorsOf: (line: string) => object;
}

export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The simulator's own HTTP door: mishaps, faults, load, ledger. It moves nothing real, so loopback needs no token. */
export async function openControl(options: ControlOptions): Promise<ControlServer> {
  const { address, logger } = options;
  const server = createHttpServer({ logger, access: { kind: 'open' }, hosts: [] });
  addLineRoutes(server, options);
  addDriveRoutes(server, options);
  addLedgerRoute(server, options);
  const url = await listen(server, address);
  return { url, close: () => server.close() };
}

function addLineRoutes(server: HttpServer, { site, doorsOf }: ControlOptions): void {
  server.get('/v1/lines', () => [...site.lines.values()].map((line) => ({ ...describe(line), ...doorsOf(line.name) })));
  server.post<{ Params: { line: string } }>('/v1/lines/:line/mishaps', (request, reply) => {
    const line = found(site.lines.get(request.params.line), 'line', request.params.line);
    line.addMishap(parseBody(MishapRequest, request.body, 'mishap'));
    return reply.code(201).send(line.mishaps());
  });
  server.delete<{ Params: { line: string } }>('/v1/lines/:line/mishaps', (request, reply) => {
    found(site.lines.get(request.params.line), 'line', request.params.line).clearMishaps();
    return reply.code(204).send();
  });
}

function addDriveRoutes(server: HttpServer, { site, clock }: ControlOptions): void {
  const driveOf = (name: string): VirtualDrive => found(site.drives.get(name), 'drive', name);
  server.post<{ Params: { drive: string } }>('/v1/drives/:drive/faults', (request, reply) => {
    const drive = driveOf(request.params.drive);
    const { kind, lagMs } = parseBody(FaultRequest, request.body, 'fault');
    drive.injectFault(kind, { atMs: clock.nowMs(), lagMs });
    site.settle();
    return reply.code(204).send();
  });
  server.delete<{ Params: { drive: string } }>('/v1/drives/:drive/faults', (request, reply) => {
    driveOf(request.params.drive).clearFaults();
    return reply.code(204).send();
  });
  server.put<{ Params: { drive: string } }>('/v1/drives/:drive/load', (request, reply) => {
    const drive = driveOf(request.params.drive);
    const load = parseBody(LoadRequest, request.body, 'load');
    site.settle();
    drive.setLoad(load);
    site.settle();
    return reply.code(204).send();
  });
}

function addLedgerRoute(server: HttpServer, { site, clock }: ControlOptions): void {
  server.get('/v1/ledger', (request) => {
    const { since } = parseBody(LedgerQuery, request.query, 'ledger');
    site.settle();
    const { ledger } = site;
    return {
      nowMs: clock.nowMs(),
      latest: ledger.latest(),
      forgotten: ledger.forgotten(),
      entries: ledger.entries(since),
    };
  });
}

function describe(line: VirtualLine): object {
  return {
    name: line.name,
    baudRate: line.serial.baudRate,
    paced: line.paced,
    plugged: line.isPlugged(),
    mishaps: line.mishaps(),
    drives: line.drives.map(({ name, unit, channel, profile }) => ({
      name,
      unit,
      ...(channel === null ? {} : { channel }),
      profile: profile.id,
    })),
  };
}

function found<T>(thing: T | undefined, kind: string, name: string): T {
  if (thing !== undefined) return thing;
  throw Object.assign(new Error(`there is no ${kind} "${name}" in this simulator`), { statusCode: 404 });
}
