import { fastify, type FastifyInstance as HttpServer, type FastifyRequest } from 'fastify';
import { problem, Refusal } from '../../contracts/index.ts';
import type { Access, RouteRole } from '../doors/access.ts';
import { mayAct } from '../doors/access.ts';
import { checkArrival } from '../doors/doors.ts';
import { answerBrokenRequest, problemFor, sendProblem } from './http-problems.ts';
import type { Logger } from '../process/logger.ts';
import { addLogin, cookieOf } from './login.ts';
import { setSecurityHeaders } from './security-headers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may call the route; without it viewer for GET and HEAD, operator for everything else. */
    role?: RouteRole;
  }
}

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly access: Access;
  /** Names by which this machine may be called, beside loopback names and the address that was reached. */
  readonly hosts: readonly string[];
  /** 64 KiB unless told. */
  readonly bodyLimitBytes?: number;
}

const who = new WeakMap<object, RouteRole>();

/** The role with which a request came in; `admin` where no tokens are asked for, `public` for nobody known. */
export function roleOf(request: FastifyRequest): RouteRole {
  return who.get(request.raw) ?? 'public';
}

/**
 * An HTTP server whose doors are shut by default: host, origin and role are checked before any route runs, sizes and
 * times are limited (the framework's defaults are wide open), and every error leaves as problem+json.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { logger, access, hosts } = options;
  const server = fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? 65_536,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    http: { headersTimeout: 5000, connectionsCheckingInterval: 1000, maxHeaderSize: 16_384 },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemFor(error)),
    clientErrorHandler: answerBrokenRequest,
  });
  server.server.maxConnections = 512;
  server.addHook('onRequest', setSecurityHeaders);
  // these run before the frame of every command, so they take no turn of the promise queue
  server.addHook('onRequest', (request, _reply, next) => {
    admit(request, access, hosts);
    next();
  });
  acceptJsonOnly(server);
  server.setErrorHandler((error, request, reply) => {
    const body = problemFor(error);
    if (body.code === 'internal')
      logger.error({ err: error, method: request.method, url: pathOf(request) }, 'request failed');
    sendProblem(reply, body);
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('notFound', `there is no ${request.method} ${pathOf(request)}`)),
  );
  if (access.kind === 'tokens') addLogin(server, access);
  return server;
}

function admit(request: FastifyRequest, access: Access, hosts: readonly string[]): void {
  const { headers, socket } = request.raw;
  const wrong = checkArrival(
    {
      method: request.method,
      host: headers.host,
      origin: headers.origin,
      fetchSite: headerOf(request, 'sec-fetch-site'),
      fetchMode: headerOf(request, 'sec-fetch-mode'),
      localAddress: socket.localAddress,
    },
    hosts,
  );
  if (wrong === 'misdirected') throw new Refusal(problem(wrong, `this server is not called "${headers.host ?? ''}"`));
  if (wrong === 'foreignOrigin')
    throw new Refusal(problem(wrong, `a page of ${headers.origin ?? 'another site'} may not call this server`));
  const role = authenticate(request, access);
  who.set(request.raw, role);
  authorize(request, role);
}

function authenticate(request: FastifyRequest, access: Access): RouteRole {
  if (access.kind === 'open') return 'admin';
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return access.verify(bearer) ?? 'public';
  const cookie = cookieOf(request.headers.cookie);
  return (cookie === null ? null : access.sessions.roleOf(cookie)) ?? 'public';
}

function authorize(request: FastifyRequest, role: RouteRole): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const needed = request.routeOptions.config.role ?? (isRead ? 'viewer' : 'operator');
  if (mayAct(role, needed)) return;
  const action = `${request.method} ${pathOf(request)} needs the role ${needed}`;
  if (role === 'public') throw new Refusal(problem('unauthorized', action));
  throw new Refusal(problem('forbidden', `${action}, this token has ${role}`));
}

/**
 * A form of another site can send text, never JSON without asking first; so nothing but JSON is read, and no body is
 * no body.
 */
function acceptJsonOnly(server: HttpServer): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parseJson(request, body.toString(), done);
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
