import type { FastifyReply, FastifyRequest } from 'fastify';
import { roleOf, type HttpServer } from '../../platform/http/index.ts';
import type { EventLog } from '../store/index.ts';
import type { Clock } from '../time.ts';

/** A body that is longer is told by its length: a program has its own history. */
const LONGEST_BODY = 2000;

/** Renewed several times a second by whoever holds them; their beginning and end are told by the drive. */
const RENEWALS = /^(POST .*\/commands\/jog|PUT .*\/lease)$/;

/** Writes down every request that asks for a change, refused ones too, after its answer has left. */
export function recordRequests(server: HttpServer, { events, clock }: { events: EventLog; clock: Clock }): void {
  server.addHook('onResponse', async (request, reply) => {
    if (!isWorthALine(request, reply)) return;
    events.record({
      at: new Date(clock.unixMs()).toISOString(),
      kind: 'request',
      who: roleOf(request),
      origin: request.ip,
      subject: subjectOf(request),
      what: `${request.method} ${pathOf(request)}`,
      outcome: String(reply.statusCode),
      detail: detailOf(request),
    });
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

function isWorthALine(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  return statusCode >= 400 || !RENEWALS.test(`${request.method} ${pathOf(request)}`);
}

function subjectOf({ params }: FastifyRequest): string {
  const named = Object.values((params ?? {}) as Record<string, string>)[0];
  return named ?? 'site';
}

/** A login's body is a token. */
function detailOf(request: FastifyRequest): Record<string, unknown> {
  const { body } = request;
  if (body === undefined || body === null || pathOf(request) === '/login') return {};
  const text = JSON.stringify(body);
  return text.length > LONGEST_BODY ? { bodyLength: text.length } : { body };
}
