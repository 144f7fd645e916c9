import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problem, Refusal, Role } from '../../../services/contracts/index.ts';
import { createTokenAccess } from '../../../services/platform/doors/access.ts';
import { listen, loginLink, mayAct, type Access } from '../../../services/platform/doors/index.ts';
import { createHttpServer, roleOf, type HttpServer } from '../../../services/platform/http/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

interface Ask {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** As raw as a client can be: sends exactly these headers, Host included. */
async function ask(url: string, { method = 'GET', path = '/read', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject).end(body);
  });
}

const lines: string[] = [];
const logger = createLogger({ name: 'test', output: { write: (line) => void lines.push(line) } });
const secret = (role: Role): string => `${role}-`.padEnd(40, 'x');
const tokens = createTokenAccess({
  viewer: secret('viewer'),
  operator: secret('operator'),
  engineer: secret('engineer'),
  admin: secret('admin'),
});
const servers: HttpServer[] = [];

async function serve(access: Access): Promise<string> {
  const server = createHttpServer({ logger, access, hosts: ['robot.example'] });
  servers.push(server);
  server.get('/read', (request) => ({ role: roleOf(request) }));
  server.get('/healthz', { config: { role: 'public' } }, () => ({ ok: true }));
  server.post('/move', (request) => ({ body: request.body ?? null }));
  server.post('/stop', { config: { role: 'viewer' } }, () => ({ stopped: true }));
  server.put('/registers', { config: { role: 'engineer' } }, () => ({ written: true }));
  server.delete('/site', { config: { role: 'admin' } }, () => ({ gone: true }));
  server.get('/refused', () => {
    throw new Refusal(problem('notHomed', 'lift-left is not homed', { drive: 'lift-left' }));
  });
  server.get('/broken', () => {
    throw new Error('secret inner words');
  });
  return listen(server, { host: '127.0.0.1', port: 0 });
}

let openUrl = '';
let tokenUrl = '';
beforeAll(async () => {
  openUrl = await serve({ kind: 'open' });
  tokenUrl = await serve(tokens);
});
afterAll(async () => {
  for (const server of servers) await server.close();
});

const as = async (role: Role, method: string, path: string): Promise<number> =>
  (await ask(tokenUrl, { method, path, headers: { authorization: `Bearer ${secret(role)}` } })).status;

const login = async (token: string): Promise<number> =>
  (
    await ask(tokenUrl, {
      method: 'POST',
      path: '/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  ).status;

const make = (): HttpServer => createHttpServer({ logger, access: { kind: 'open' }, hosts: [] });

const routes = [
  ['GET', '/read', 'viewer'],
  ['POST', '/move', 'operator'],
  ['POST', '/stop', 'viewer'],
  ['PUT', '/registers', 'engineer'],
  ['DELETE', '/site', 'admin'],
  ['GET', '/healthz', 'public'],
] as const;
const callers = ['nobody', 'stranger', ...Role.options] as const;
const hostile = [
  'evil.example',
  'robot.example.evil.example',
  '10.1.2.3',
  'robot.example@evil.example',
  '[::2]',
] as const;

describe('the doors, as a matrix of auth, role, host and origin', () => {
  const cells = routes.flatMap(([method, path, needed]) =>
    callers.flatMap((caller) => ['own', 'foreign'].map((host) => ({ method, path, needed, caller, host }))),
  );
  test.each(cells)('$method $path (needs $needed) by $caller at the $host host', async (cell) => {
    const { port } = new URL(tokenUrl);
    const bearer = cell.caller === 'stranger' ? 'unknown-token' : secret(cell.caller as Role);
    const headers = {
      host: cell.host === 'own' ? `robot.example:${port}` : 'evil.example',
      ...(cell.caller !== 'nobody' && { authorization: `Bearer ${bearer}` }),
    };
    const isKnown = cell.caller !== 'nobody' && cell.caller !== 'stranger';
    const isAllowed = mayAct(isKnown ? (cell.caller as Role) : 'public', cell.needed);
    const expected = cell.host === 'foreign' ? 421 : isAllowed ? 200 : isKnown ? 403 : 401;

    const answer = await ask(tokenUrl, { method: cell.method, path: cell.path, headers });

    expect(answer.status).toBe(expected);
    expect(answer.headers['content-type']).toContain(
      expected === 200 ? 'application/json' : 'application/problem+json',
    );
  });

  test('a viewer may stop but not move; an operator may not write registers', async () => {
    expect(await as('viewer', 'POST', '/stop')).toBe(200);
    expect(await as('viewer', 'POST', '/move')).toBe(403);
    expect(await as('operator', 'PUT', '/registers')).toBe(403);
  });

  test.each(hostile)('the host "%s" is refused, with tokens and without', async (host) => {
    for (const url of [openUrl, tokenUrl]) {
      const answer = await ask(url, { headers: { host, authorization: `Bearer ${secret('admin')}` } });
      expect([400, 421]).toContain(answer.status);
    }
  });

  test.each(['localhost', '127.0.0.1', '[::1]', 'robot.example', 'ROBOT.example'])(
    'the host %s is ours',
    async (host) => {
      expect((await ask(openUrl, { headers: { host: `${host}:${new URL(openUrl).port}` } })).status).toBe(200);
    },
  );

  const origins = [
    // origin, sec-fetch-site, sec-fetch-mode, method, expected
    ['own', 'same-origin', 'cors', 'POST', 200],
    ['own', undefined, undefined, 'POST', 200],
    [undefined, undefined, undefined, 'POST', 200],
    [undefined, 'none', 'navigate', 'GET', 200],
    ['http://evil.example', undefined, undefined, 'POST', 403],
    ['http://evil.example', undefined, undefined, 'GET', 403],
    ['http://localhost:1', 'same-site', 'cors', 'POST', 403],
    ['null', undefined, undefined, 'POST', 403],
    [undefined, 'cross-site', 'no-cors', 'GET', 403],
    [undefined, 'cross-site', 'navigate', 'GET', 200],
    [undefined, 'cross-site', 'navigate', 'POST', 403],
  ] as const;
  test.each(origins)('origin %s, fetch site %s, mode %s, %s: %i', async (...[origin, site, mode, method, expected]) => {
    const headers = {
      ...(origin !== undefined && { origin: origin === 'own' ? openUrl : origin }),
      ...(site !== undefined && { 'sec-fetch-site': site }),
      ...(mode !== undefined && { 'sec-fetch-mode': mode }),
    };
    const answer = await ask(openUrl, { method, path: method === 'GET' ? '/read' : '/move', headers });
    expect(answer.status).toBe(expected);
  });
});

describe('a browser', () => {
  test('comes in once by the printed link, and its cookie is out of reach for scripts and other sites', async () => {
    const link = loginLink(tokenUrl, tokens);
    const first = await ask(tokenUrl, { path: link.slice(tokenUrl.length), headers: {} });
    expect(first.status).toBe(200);
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
    expect((await ask(tokenUrl, { path: link.slice(tokenUrl.length) })).status).toBe(401);

    const session = { cookie: cookie.split(';')[0]! };
    expect((await ask(tokenUrl, { headers: session })).body).toBe('{"role":"engineer"}');
    const forged = { ...session, origin: 'http://evil.example' };
    expect((await ask(tokenUrl, { method: 'POST', path: '/move', headers: forged })).status).toBe(403);
  });

  test('a link previewer that only asks for the head does not use it up', async () => {
    const path = loginLink(tokenUrl, tokens).slice(tokenUrl.length);
    expect((await ask(tokenUrl, { method: 'HEAD', path })).status).not.toBe(200);
    expect((await ask(tokenUrl, { path })).status).toBe(200);
  });

  test('signs in with a token, and not with a wrong one', async () => {
    expect(await login(secret('operator'))).toBe(200);
    expect(await login('x')).toBe(401);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a form of kind %s is not read',
    async (type) => {
      const answer = await ask(openUrl, {
        method: 'POST',
        path: '/move',
        headers: { 'content-type': type },
        body: '{}',
      });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'malformed', detail: expect.stringContaining('JSON') });
    },
  );
});

describe('every error is a problem document', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, Ask, number, string]>([
    ['a refusal', { path: '/refused' }, 409, 'notHomed'],
    ['an unknown route', { path: '/nowhere' }, 404, 'notFound'],
    ['broken JSON', { method: 'POST', path: '/move', headers: json, body: '{"a":' }, 400, 'malformed'],
    [
      'poisoned JSON',
      { method: 'POST', path: '/move', headers: json, body: '{"__proto__":{"a":1}}' },
      400,
      'malformed',
    ],
    ['65 KiB', { method: 'POST', path: '/move', headers: json, body: `"${'x'.repeat(66_560)}"` }, 413, 'tooLarge'],
    ['a path that is none', { path: '/%ff' }, 400, 'malformed'],
  ])('%s', async (...[, request, status, code]) => {
    const answer = await ask(openUrl, request);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ code, status, type: `urn:kmotion:problem:${code}` });
  });

  test('a fault of ours says nothing of its inside, but the log does', async () => {
    const answer = await ask(openUrl, { path: '/broken' });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('secret inner words');
    expect(lines.some((line) => line.includes('secret inner words'))).toBe(true);
  });

  test('an empty body with a JSON content type is no body', async () => {
    const answer = await ask(openUrl, { method: 'POST', path: '/move', headers: json });
    expect(answer.body).toBe('{"body":null}');
  });

  test('headers above 16 KiB are answered on the bare socket', async () => {
    const { port } = new URL(openUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    const text = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
    expect(text).toContain('"code":"tooLarge"');
  });
});

test('an answer lets a page load nothing foreign and be put into no frame, also when it is a refusal', async () => {
  const refused = { path: '/read', headers: { host: 'elsewhere.example' } };
  for (const answer of [await ask(openUrl), await ask(openUrl, refused), await ask(openUrl, { path: '/none' })]) {
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
    });
  }
});

test('the limits are not the wide open ones of the framework', () => {
  const { server, initialConfig } = servers[0]!;
  expect(initialConfig).toMatchObject({ bodyLimit: 65_536, requestTimeout: 10_000 });
  expect(server).toMatchObject({ headersTimeout: 5000, requestTimeout: 10_000, maxConnections: 512 });
});

test('a taken port, an address that is not ours and a forbidden port are one sentence each', async () => {
  const { port } = new URL(openUrl);
  await expect(listen(make(), { host: '127.0.0.1', port: Number(port) })).rejects.toThrow(
    `port ${port} of 127.0.0.1 is taken`,
  );
  await expect(listen(make(), { host: '203.0.113.9', port: 0 })).rejects.toThrow('no address of this machine');
});
