import type { ServerResponse } from 'node:http';
import replyFrom from '@fastify/reply-from';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LEADERSHIP_HEADER, problem, Refusal, type Role } from '../../contracts/index.ts';
import type { RouteRole } from '../../platform/doors/index.ts';
import { roleOf, type HttpServer } from '../../platform/http/index.ts';
import type { Orchestrator } from '../orchestrator.ts';
import { preferredWaitMs } from './prefer-wait.ts';

/** Token of a role at the device processes; null where no tokens are asked for. */
export type TokenOf = (role: Role) => string | null;

interface Parts {
  readonly orchestrator: Orchestrator;
  readonly tokenOf: TokenOf;
}

interface DriveParams {
  readonly Params: { readonly drive: string };
}

interface CommandParams {
  readonly Params: { readonly drive: string; readonly command: string };
}

/** A device process on the same network answers in milliseconds; a command that is waited for takes its own time more. */
const ANSWER_WITHIN_MS = 5000;

/** What of a request is the device process's business; host, origin and cookies are this server's own. */
const CARRIED = ['accept', 'prefer', 'content-type', 'content-length', 'if-none-match'] as const;

/** Every drive's own routes under this one URL: checked here for the caller's role, answered by the device process. */
export function addDriveRoutes(server: HttpServer, { orchestrator, tokenOf }: Parts): void {
  const { site, registry, leadership } = orchestrator;
  void server.register(replyFrom, {
    disableRequestLogging: true,
    undici: { connections: 64, pipelining: 1, keepAliveTimeout: 20_000, connect: { timeout: 1000 } },
  });

  const forward = (line: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const url = registry.urlOf(line);
    if (url === null) throw unreachable(line);
    const path = request.url.split('?', 1)[0] ?? '';
    const fence = isFenced(request) ? leadership.fence(line) : null;
    return reply.from(url + path, {
      body: request.body ?? null,
      timeout: ANSWER_WITHIN_MS + (preferredWaitMs(request) ?? 0),
      // The library asks again by itself on a 503; here 503 is an answer.
      retryDelay: () => null,
      rewriteRequestHeaders: (_request, headers) => ({
        ...carried(headers, tokenFor(roleOf(request), tokenOf)),
        ...(fence !== null && { [LEADERSHIP_HEADER]: fence }),
      }),
      onError: (failed) => {
        const { problem: body } = unreachable(line);
        void failed.code(body.status).type('application/problem+json').send(body);
      },
    });
  };
  // A device process says so beside its refusal.
  server.addHook('onResponse', async (_request, reply) => {
    if (reply.hasHeader(LEADERSHIP_HEADER)) leadership.doubt();
  });
  const toDrive = (request: FastifyRequest<DriveParams>, reply: FastifyReply): FastifyReply => {
    const drive = site.drives.get(request.params.drive);
    if (drive !== undefined) return forward(drive.line, request, reply);
    throw unknownId('drive', request.params.drive, site.drives);
  };

  server.get('/v1/drives', () => orchestrator.snapshot().drives);
  server.get<DriveParams>('/v1/drives/:drive', toDrive);
  server.get<DriveParams>('/v1/drives/:drive/*', toDrive);
  // Whoever may see a drive may stop it (contract.md, roles).
  const stop = { role: 'viewer', takenOnStandby: true } as const;
  server.post<DriveParams>('/v1/drives/:drive/commands/stop', { config: stop }, toDrive);
  server.post<CommandParams>('/v1/drives/:drive/commands/:command', async (request, reply) => {
    await askInterlocks(request, reply, orchestrator);
    return toDrive(request, reply);
  });
  server.route<DriveParams>({ method: ['POST', 'PUT', 'DELETE'], url: '/v1/drives/:drive/*', handler: toDrive });
  server.get<{ Params: { line: string } }>('/v1/lines/:line', (request, reply) => {
    const { line } = request.params;
    if (site.lines.has(line)) return forward(line, request, reply);
    throw unknownId('line', line, site.lines);
  });
}

const unknownId = (kind: 'line' | 'drive', id: string, known: ReadonlyMap<string, unknown>): Refusal =>
  new Refusal(problem('notFound', `There is no ${kind} ${id}; this site has ${[...known.keys()].join(', ')}.`));

/** Everything but readings and stops. */
const isFenced = ({ method, routeOptions }: FastifyRequest): boolean =>
  method !== 'GET' && routeOptions.config.takenOnStandby !== true;

async function askInterlocks(
  request: FastifyRequest<CommandParams>,
  { raw }: FastifyReply,
  { interlocks }: Orchestrator,
): Promise<void> {
  const { drive, command } = request.params;
  const permission = await interlocks.permit(drive, command, request.body);
  raw.once('close', () => (wasRefused(raw) ? permission.takeBack() : permission.begun()));
}

/** By the device process, and the caller heard it; of everything else the drive may have begun something. */
const wasRefused = ({ writableFinished, statusCode }: ServerResponse): boolean =>
  writableFinished && statusCode >= 400 && statusCode < 500;

const unreachable = (line: string): Refusal =>
  new Refusal(
    problem(
      'unreachable',
      `The device process of line ${line} does not answer; its drives cannot be asked or commanded.`,
    ),
  );

/** The device process checks the role again: a caller never gets further through this door than by its own. */
const tokenFor = (role: RouteRole, tokenOf: TokenOf): string | null => (role === 'public' ? null : tokenOf(role));

type Headers = Record<string, string | string[] | undefined>;

function carried(headers: Headers, token: string | null): Headers {
  const kept = CARRIED.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]] as const);
  return { ...Object.fromEntries(kept), ...(token !== null && { authorization: `Bearer ${token}` }) };
}
