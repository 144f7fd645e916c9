import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { problem, Refusal } from '../../contracts/index.ts';
import type { TokenAccess } from '../doors/access.ts';
import { parseBody } from './parse-body.ts';

const COOKIE = 'kmotion';

/** The session cookie's value in a Cookie header, or null. */
export function cookieOf(header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? null;
}

const Login = z.strictObject({ token: z.string().max(256) });
const usedUp = 'this link was used already: start again for a new one, or sign in with a token';

/**
 * `GET /login?code=` for the link printed at start, `POST /login {token}` for a person who has a token: both set the
 * session cookie, which no script can read and no other site can make a browser send.
 */
export function addLogin(server: FastifyInstance, access: TokenAccess): void {
  const route = { exposeHeadRoute: false, config: { role: 'public' } } as const;
  server.get<{ Querystring: { code?: unknown } }>('/login', route, async (request, reply) => {
    const cookie = access.sessions.redeem(String(request.query.code));
    if (cookie === null) throw new Refusal(problem('unauthorized', usedUp));
    // A page that moves on by itself, not a redirect: a Strict cookie is not sent on a redirect that another page began.
    return setCookie(reply, cookie)
      .type('text/html; charset=utf-8')
      .send('<!doctype html><title>kmotion</title><meta http-equiv="refresh" content="0; url=./">');
  });
  server.post('/login', route, async (request, reply) => {
    const role = access.verify(parseBody(Login, request.body, 'login').token);
    if (role === null) throw new Refusal(problem('unauthorized', 'this token is not known'));
    return setCookie(reply, access.sessions.open(role)).send({ role });
  });
}

function setCookie(reply: FastifyReply, value: string): FastifyReply {
  return reply
    .header('set-cookie', `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict`)
    .header('cache-control', 'no-store');
}
