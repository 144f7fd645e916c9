import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { problem, Refusal, type Problem } from '../../contracts/index.ts';

const MEDIA_TYPE = 'application/problem+json; charset=utf-8';

export function sendProblem(reply: FastifyReply, body: Problem): void {
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.code(body.status).header('cache-control', 'no-store').type(MEDIA_TYPE).send(JSON.stringify(body));
}

/** A refusal is its own answer; what the framework refuses becomes one; anything else is our fault and tells nothing. */
export function problemFor(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  const { status, message } = asHttpError(error);
  if (status === 413) return problem('tooLarge', message);
  if (status === 415) return problem('malformed', 'the body must be JSON: send Content-Type: application/json');
  if (status === 404) return problem('notFound', message);
  if (status >= 400 && status < 500) return problem('malformed', message);
  return problem('internal', 'this request met a fault of the software; its log says more');
}

function asHttpError(error: unknown): { status: number; message: string } {
  if (!(error instanceof Error)) return { status: 500, message: '' };
  const status = 'statusCode' in error ? Number(error.statusCode) : 500;
  return { status, message: error.message };
}

/** A request so broken, large or slow that it never becomes one: answered on the bare socket. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const isTooSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const detail = isTooSlow ? 'the request did not arrive in time' : 'this is no HTTP request that can be read';
  const body = JSON.stringify(
    isTooLarge ? problem('tooLarge', 'headers have at most 16 KiB') : problem('malformed', detail),
  );
  const line = isTooLarge
    ? '431 Request Header Fields Too Large'
    : isTooSlow
      ? '408 Request Timeout'
      : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-type: ${MEDIA_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
