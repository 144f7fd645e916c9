import type { FastifyRequest } from 'fastify';
import { LEADERSHIP_HEADER, LeadershipRenewal, LeadershipRequest, LeaseReturn } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import { checkLine, type LineRoute, type RouteParts } from './route-parts.ts';

/** The fencing token of the orchestrator that a request came through; undefined where it came through none. */
export function fenceOf(request: FastifyRequest): string | undefined {
  const shown = request.headers[LEADERSHIP_HEADER];
  return typeof shown === 'string' ? shown : undefined;
}

/** Which orchestrator the line obeys, and the fence itself: before every change that an orchestrator asks for, never before a stop. */
export function addLeadershipRoutes(server: HttpServer, { host }: RouteParts): void {
  const { leadership } = host;
  server.addHook('preHandler', (request, reply, next) => {
    const fence = fenceOf(request);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (fence === undefined || isRead || isStop(request) || leadership.admits(fence)) return next();
    // whoever hands this answer on need not read it to know
    void reply.header(LEADERSHIP_HEADER, 'fenced');
    leadership.check(fence);
    next();
  });

  const url = '/v1/lines/:line/leadership';
  const config = { role: 'engineer' as const };
  server.get<LineRoute>(url, (request) => {
    checkLine(request.params.line, host);
    return leadership.state();
  });
  server.post<LineRoute>(url, { config }, (request, reply) => {
    checkLine(request.params.line, host);
    void reply.code(201);
    return leadership.take(parseBody(LeadershipRequest, request.body, 'leadership'));
  });
  server.put<LineRoute>(url, { config }, (request) => {
    checkLine(request.params.line, host);
    return leadership.renew(parseBody(LeadershipRenewal, request.body, 'leadership'));
  });
  server.delete<LineRoute>(url, { config }, (request, reply) => {
    checkLine(request.params.line, host);
    leadership.giveBack(parseBody(LeaseReturn, request.body, 'leadership').token);
    return reply.code(204).send();
  });
}

const isStop = ({ url }: FastifyRequest): boolean => /(^\/v1|\/commands)\/stop(\?|$)/.test(url);
