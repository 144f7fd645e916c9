import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseSite, type Site } from '../../../config/index.ts';
import { seededRandom, systemClock } from '../../../drivers/base/index.ts';
import { openTokenFile, type TokenFile } from '../../../services/platform/doors/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { startOrchestrator, type OrchestratorProcess } from '../../../services/orchestrator/process.ts';
import { startFakeDevice, type FakeDeviceServer } from './fake-device-server.ts';
import { describeDrive, standing } from './fake-site.ts';

// The orchestrator as a process, with one device process of known address and no broker: everything here goes by HTTP.

let folder: string;
let device: FakeDeviceServer;
let orchestrator: OrchestratorProcess;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kmotion-'));
  ends.push(() => rm(folder, { recursive: true }));
  device = await startFakeDevice(describeDrive('table', 'bench', 1), standing('table', 12));
  ends.push(() => device.close());
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** As the loader makes it of a site file in which table and curtain must not both be in their zones. */
const ZONES = parseSite(
  `site: demo
lines: { bench: { simulated: true }, window: { simulated: true } }
drives:
${['table: { line: bench', 'curtain: { line: window'].map((drive) => `  ${drive}, unit: 1, profile: kpower-reference, axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 80, maxAcceleration: 200 } }`).join('\n')}
interlocks: [{ never: { table: [100, 200], curtain: [0, 50] } }]
`,
  { file: '/etc/kmotion/demo.yaml', environment: {} },
).interlocks;

function siteWith(auth: Site['auth'], interlocks: Site['interlocks']): Site {
  const axis = {
    unit: 'mm',
    range: [0, 400],
    maxVelocity: 80,
    maxAcceleration: 200,
    stopDeceleration: 400,
    tolerance: 0.1,
  };
  const site = {
    id: 'demo',
    dataDir: folder,
    simulated: true,
    auth,
    mqtt: { root: 'kmotion', username: null, password: null, ca: null, cert: null, key: null },
    http: { host: '127.0.0.1', port: 0, hosts: [] },
    lines: new Map([
      ['bench', { id: 'bench', way: { kind: 'simulated' }, httpPort: device.port }],
      ['window', { id: 'window', way: { kind: 'simulated' }, httpPort: 0 }],
    ]),
    drives: new Map([
      ['table', { id: 'table', line: 'bench', axis }],
      ['curtain', { id: 'curtain', line: 'window', axis }],
    ]),
    interlocks,
    groups: new Map([
      ['pair', { id: 'pair', drives: ['table', 'curtain'], maxStartSkewMs: 20, onMemberFault: 'stop' }],
    ]),
  };
  return site as unknown as Site;
}

async function start(
  auth: Site['auth'] = { kind: 'open', reason: null },
  interlocks: Site['interlocks'] = [],
): Promise<void> {
  orchestrator = await startOrchestrator({
    site: siteWith(auth, interlocks),
    // Nobody listens on the discard port: the broker is down for as long as this runs.
    brokerUrl: 'mqtt://127.0.0.1:9',
    simulatorUrl: null,
    clock: systemClock,
    random: seededRandom(3),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  ends.push(() => orchestrator.close());
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(orchestrator.url + path, { headers });
const post = (path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(orchestrator.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Reads server-sent events until one of that name is there. */
async function nextEvent(path: string, name: string): Promise<unknown> {
  const response = await get(path);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const found = new RegExp(`event: ${name}\\ndata: (.*)\\n\\n`).exec(text);
    if (found !== null) return JSON.parse(found[1]!);
  }
  throw new Error(`no event ${name} in ${text}`);
}

test('alive at once, ready only when every drive and the broker are there, with each reason', async () => {
  await start();
  await nextEvent('/v1/stream?topics=drives', 'state');

  expect((await get('/healthz')).status).toBe(200);
  const ready = await get('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({
    ready: false,
    reasons: [
      'the broker is not reachable: drives are asked directly, stop works over REST, MQTT does not',
      'drive curtain: the device process of line window is not there',
    ],
  });
});

test('a command goes through to the device process with body and Prefer, and its answer and Location come back', async () => {
  await start();
  const id = '6f1b2c3d-0000-4000-8000-000000000009';
  const location = `/v1/drives/table/commands/${id}`;
  device.answers.set('POST /v1/drives/table/commands/move-absolute', {
    status: 202,
    body: { id, status: 'active' },
    headers: { location },
  });

  const answer = await post('/v1/drives/table/commands/move-absolute', { position: 12.5 }, { prefer: 'wait=2' });

  expect(answer.status).toBe(202);
  expect(answer.headers.get('location')).toBe(location);
  expect(await answer.json()).toEqual({ id, status: 'active' });
  const asked = device.asked.find(({ method }) => method === 'POST')!;
  expect(JSON.parse(asked.body)).toEqual({ position: 12.5 });
  expect(asked.headers).toMatchObject({ prefer: 'wait=2', host: `127.0.0.1:${device.port}` });
});

test('a motion that an interlock between lines forbids is refused here and never sent; what breaks none goes through', async () => {
  await start(undefined, ZONES);
  const path = '/v1/drives/table/commands/move-absolute';
  device.answers.set(`POST ${path}`, { status: 202, body: { status: 'active' } });

  const refused = await post(path, { position: 150 });

  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    code: 'interlock',
    drive: 'table',
    detail: expect.stringContaining(
      'table is at 12 mm and may pass 12 to 150.1 mm; the state of curtain is not known.',
    ),
  });
  expect(device.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  expect((await post(path, { position: 90 })).status).toBe(202);
});

test('what the device process refuses comes back as it said it, asked once', async () => {
  await start();
  const refusal = { code: 'offline', detail: 'The drive does not answer.' };
  device.answers.set('GET /v1/drives/table', { status: 503, body: refusal, headers: { 'retry-after': '1' } });

  const answer = await get('/v1/drives/table');

  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual(refusal);
  expect(device.asked.filter(({ path }) => path === '/v1/drives/table')).toHaveLength(1);
});

test('the origin and the cookies of a page stay at this door', async () => {
  await start();
  device.answers.set('POST /v1/drives/table/commands/enable', { status: 202, body: {} });

  await post('/v1/drives/table/commands/enable', {}, { origin: orchestrator.url, cookie: 'kmotion=secret' });

  const { headers } = device.asked.find(({ method }) => method === 'POST')!;
  expect(headers.origin).toBeUndefined();
  expect(headers.cookie).toBeUndefined();
});

test('a drive whose process was never heard of, or is dead, is unreachable in one sentence', async () => {
  await start();
  const never = await get('/v1/drives/curtain/state');
  await device.close();
  ends.splice(1, 1);
  const dead = await post('/v1/drives/table/commands/enable');

  for (const answer of [never, dead]) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  }
  expect(await dead.json()).toMatchObject({
    code: 'unreachable',
    detail: 'The device process of line bench does not answer; its drives cannot be asked or commanded.',
  });
});

test('a drive or group that does not exist is not found, with the names that do', async () => {
  await start();

  expect(await (await get('/v1/drives/nobody')).json()).toMatchObject({ code: 'notFound', status: 404 });
  expect(await (await post('/v1/groups/nobody/commands/stop')).json()).toMatchObject({
    code: 'notFound',
    detail: expect.stringContaining('pair'),
  });
});

test('stop for all asks the living process by REST and names the drives of the other', async () => {
  await start();
  const report = { allConfirmed: true, confirmed: ['table'], unconfirmed: [], unreachable: [], durationMs: 4 };
  device.answers.set('POST /v1/stop', { status: 200, body: report });

  const answer = await post('/v1/stop');

  expect(await answer.json()).toMatchObject({ allConfirmed: false, confirmed: ['table'], unreachable: ['curtain'] });
});

test('a process that hears the stop and does not answer in time is unconfirmed, never confirmed', async () => {
  await start();
  device.answers.set('POST /v1/stop', null);

  const answer = await post('/v1/stop');

  expect(await answer.json()).toMatchObject({ allConfirmed: false, unconfirmed: ['table'], unreachable: ['curtain'] });
});

test('a group command that is not waited for is accepted with a Location, and can be read there', async () => {
  await start();

  const answer = await post('/v1/groups/pair/commands/enable');

  expect(answer.status).toBe(202);
  const resource = await get(answer.headers.get('location')!);
  expect(await resource.json()).toMatchObject({ group: 'pair', command: 'enable' });
});

test('waiting for a group command gives its end', async () => {
  await start();

  const answer = await post('/v1/groups/pair/commands/disarmed');
  expect(answer.status).toBe(404);
  const ended = await post('/v1/groups/pair/commands/reset', {}, { prefer: 'wait=5' });

  expect(ended.status).toBe(200);
  expect(await ended.json()).toMatchObject({ status: 'failed', members: [{ drive: 'table' }, { drive: 'curtain' }] });
});

test('the stream begins with a snapshot of what was asked for', async () => {
  await start();

  expect(await nextEvent('/v1/stream?topics=groups', 'snapshot')).toMatchObject({
    site: null,
    drives: [],
    groups: [{ group: 'pair', state: 'unknown' }],
  });
  expect((await get('/v1/stream?topics=weather')).status).toBe(400);
});

test('the contract, a page to read it on and the figures are served from here and from nowhere else', async () => {
  await start();

  const openapi = (await (await get('/openapi.json')).json()) as { openapi: string };
  const asyncapi = (await (await get('/asyncapi.json')).json()) as { asyncapi: string };
  const docs = await get('/docs/');
  const page = await docs.text();
  const initializer = await (await get('/docs/static/swagger-initializer.js')).text();

  expect(openapi.openapi).toBe('3.1.0');
  expect(asyncapi.asyncapi).toBe('3.0.0');
  expect(docs.status).toBe(200);
  expect(page).not.toMatch(/(src|href)="https?:/);
  expect(initializer).toContain('"validatorUrl":null');
  expect(docs.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await (await get('/metrics')).text()).toContain('kmotion_drive_online{drive="curtain",line="window"} 0');
});

test('the page or a word on how to build it is served at the root, under a strict policy', async () => {
  await start();

  const answer = await get('/');

  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('kpower-motion');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
});

test('with tokens each caller reaches the device process with its own role and no more', async () => {
  const file = join(folder, 'tokens.json');
  const tokens: TokenFile = await openTokenFile(file);
  await start({ kind: 'tokens', file });
  const bearer = (role: 'viewer' | 'operator'): Record<string, string> => ({
    authorization: `Bearer ${tokens.tokenOf(role)}`,
  });
  device.answers.set('POST /v1/drives/table/commands/stop', { status: 202, body: {} });
  device.answers.set('POST /v1/drives/table/commands/enable', { status: 202, body: {} });

  expect((await post('/v1/drives/table/commands/stop')).status).toBe(401);
  expect((await post('/v1/drives/table/commands/enable', {}, bearer('viewer'))).status).toBe(403);
  expect((await post('/v1/drives/table/commands/stop', {}, bearer('viewer'))).status).toBe(202);
  expect((await post('/v1/drives/table/commands/enable', {}, bearer('operator'))).status).toBe(202);

  const asked = device.asked.filter(({ method }) => method === 'POST');
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([
    bearer('viewer')['authorization'],
    bearer('operator')['authorization'],
  ]);
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/v1/site')).status).toBe(401);
  expect((await post('/v1/stop', {}, bearer('viewer'))).status).toBe(200);
  expect(orchestrator.pageUrl).toContain('/login?code=');
});
