import type { FastifyReply } from 'fastify';
import type { CommandResource, DriveCommandName } from '../../contracts/index.ts';
import { DriveCommands, problem, Refusal } from '../../contracts/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import type { CommandRecord } from '../command-record.ts';
import { parseCommand } from '../parse-command.ts';
import { fenceOf } from './leadership-routes.ts';
import { preferredWaitMs } from './prefer-wait.ts';
import { axisOf, type DriveRoute, type RouteParts } from './route-parts.ts';

interface CommandRoute {
  readonly Params: { readonly drive: string; readonly id: string };
}

/** A stop is answered when it is proved, or known to be unproved; this is longer than either takes. */
const STOP_WAIT_MS = 4000;

/** Commands of one drive: 202 with the resource's place at once, or with `Prefer: wait` when it has ended. */
export function addCommandRoutes(server: HttpServer, parts: RouteParts): void {
  for (const name of Object.keys(DriveCommands) as DriveCommandName[]) addCommandRoute(server, name, parts);

  server.get<CommandRoute>('/v1/drives/:drive/commands/:id', (request) => {
    const { drive, id } = request.params;
    const record = axisOf(drive, parts).command(id);
    if (record === null) throw new Refusal(problem('notFound', `${drive} knows no command ${id}.`, { drive }));
    return record.resource();
  });

  server.delete<CommandRoute>('/v1/drives/:drive/commands/:id', async (request) => {
    const { drive, id } = request.params;
    return (await axisOf(drive, parts).cancel(id)).resource();
  });
}

function addCommandRoute(server: HttpServer, name: DriveCommandName, parts: RouteParts): void {
  // whoever may see a drive may stop it
  const config = { role: name === 'stop' ? ('viewer' as const) : ('operator' as const) };
  server.post<DriveRoute>(`/v1/drives/:drive/commands/${name}`, { config }, async (request, reply) => {
    const axis = axisOf(request.params.drive, parts);
    const record = await axis.submit(name, parseCommand(name, request.body), fenceOf(request));
    void reply.header('location', `/v1/drives/${axis.id}/commands/${record.id}`);
    const preferredMs = preferredWaitMs(request.headers['prefer']);
    return answer(record, { reply, waitMs: preferredMs ?? (name === 'stop' ? STOP_WAIT_MS : null) }, parts);
  });
}

interface Asked {
  readonly reply: FastifyReply;
  readonly waitMs: number | null;
}

async function answer(
  record: CommandRecord,
  { reply, waitMs }: Asked,
  { clock, host }: RouteParts,
): Promise<CommandResource> {
  if (waitMs === null) {
    void reply.code(record.hasEnded() ? 200 : 202);
    return record.resource();
  }
  const waiting = new AbortController();
  await Promise.race([record.ended, clock.sleep(waitMs, waiting.signal).catch(() => undefined)]);
  waiting.abort();
  const resource = record.resource();
  // whoever acts upon the answer finds what it led to told already
  host.faces.get(resource.drive)?.tellNow();
  if (record.hasEnded()) return resource;
  const { id, command } = record;
  throw new Refusal(problem('waitTimeout', `${command} ${id} has not ended within ${waitMs / 1000} s; it goes on.`));
}
