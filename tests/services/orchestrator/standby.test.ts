import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Site } from '../../../config/index.ts';
import { seededRandom, systemClock } from '../../../drivers/base/index.ts';
import { LEADERSHIP_HEADER, type LeadershipState, type SiteMessage } from '../../../services/contracts/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { startOrchestrator, type OrchestratorProcess } from '../../../services/orchestrator/process.ts';
import { until } from '../../support/storm/until.ts';
import { startFakeDevice, type FakeDeviceServer } from './fake-device-server.ts';
import { describeDrive, standing } from './fake-site.ts';

// South as a process; north is active, as the only device process says. No broker: everything here goes by HTTP.

const NORTH = { name: 'north', url: 'http://10.0.0.5:8080' };
const SOUTH = { name: 'south', url: 'http://10.0.0.6:8080' };
const LEADERSHIP = '/v1/lines/bench/leadership';

let folder: string;
let device: FakeDeviceServer;
let south: OrchestratorProcess;

const obeys = (leader: LeadershipState['leader']): void => {
  device.answers.set(`GET ${LEADERSHIP}`, { status: 200, body: { line: 'bench', leader, until: null, lapsed: false } });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kmotion-'));
  device = await startFakeDevice(describeDrive('table', 'bench', 1), standing('table', 12));
  obeys(NORTH);
  const site = {
    id: 'demo',
    dataDir: folder,
    simulated: true,
    auth: { kind: 'open', reason: null },
    mqtt: { root: 'kmotion', username: null, password: null, ca: null, cert: null, key: null },
    http: { host: '127.0.0.1', port: 0, hosts: [] },
    lines: new Map([['bench', { id: 'bench', way: { kind: 'simulated' }, httpPort: device.port }]]),
    drives: new Map([
      ['table', { id: 'table', line: 'bench', axis: { maxVelocity: 80, stopDeceleration: 400, range: [0, 400] } }],
    ]),
    interlocks: [],
    groups: new Map([['one', { id: 'one', drives: ['table'], maxStartSkewMs: 20, onMemberFault: 'stop' }]]),
  } as unknown as Site;
  south = await startOrchestrator({
    site,
    self: SOUTH,
    brokerUrl: 'mqtt://127.0.0.1:9',
    simulatorUrl: null,
    clock: systemClock,
    random: seededRandom(3),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  await until(async () => (await role())?.active?.name === 'north', { what: 'south to see north', withinMs: 5000 });
});
afterEach(async () => {
  await south.close();
  await device.close();
  await rm(folder, { recursive: true });
});

const ask = (method: string, path: string, body: unknown = method === 'GET' ? undefined : {}): Promise<Response> =>
  fetch(south.url + path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
const role = async (): Promise<SiteMessage['orchestrator']> =>
  ((await (await ask('GET', '/v1/site')).json()) as SiteMessage).orchestrator;
const askedOf = (method: string, path: string): (typeof device.asked)[number][] =>
  device.asked.filter((asked) => asked.method === method && asked.path === path);

test.each([
  ['POST', '/v1/drives/table/commands/move-absolute'],
  ['POST', '/v1/drives/table/commands/halt'],
  ['POST', '/v1/drives/table/lease'],
  ['PUT', '/v1/drives/table/registers/8192'],
  ['DELETE', '/v1/drives/table/commands/00000000-0000-4000-8000-000000000001'],
  ['POST', '/v1/groups/one/commands/move'],
  ['PUT', '/v1/programs/airing'],
  ['POST', '/v1/programs/airing/runs'],
  ['POST', '/v1/runs/00000000-0000-4000-8000-000000000001/resume'],
])('a standby refuses %s %s, names the active one with its URL, and asks no drive for it', async (method, path) => {
  const answer = await ask(method, path);

  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({
    code: 'standby',
    detail: 'Orchestrator south stands by; north at http://10.0.0.5:8080 is active.',
    instead: 'http://10.0.0.5:8080',
  });
  expect(askedOf(method, path)).toEqual([]);
});

test('a standby answers every reading', async () => {
  device.answers.set('GET /v1/drives/table', { status: 200, body: { drive: 'table' } });
  const paths = [
    '/v1/site',
    '/v1/drives',
    '/v1/drives/table',
    '/v1/drives/table/state',
    '/v1/groups',
    '/v1/groups/one',
    '/v1/programs',
    '/v1/runs',
    '/v1/events',
    '/v1/history?drive=table',
    '/healthz',
    '/metrics',
  ];
  const answers = await Promise.all(paths.map(async (path) => [path, (await ask('GET', path)).status]));

  expect(answers).toEqual(paths.map((path) => [path, 200]));
  expect((await ask('POST', '/v1/programs/airing/dry-runs')).status).toBe(404);
});

test('a standby stops: all, a group, a drive, without any token', async () => {
  const report = { allConfirmed: true, confirmed: ['table'], unconfirmed: [], unreachable: [], durationMs: 4 };
  device.answers.set('POST /v1/stop', { status: 200, body: report });
  device.answers.set('POST /v1/drives/table/commands/stop', { status: 200, body: { status: 'done' } });

  expect(await (await ask('POST', '/v1/stop')).json()).toMatchObject({ allConfirmed: true });
  expect((await ask('POST', '/v1/drives/table/commands/stop')).status).toBe(200);
  expect((await ask('POST', '/v1/groups/one/commands/stop')).status).toBe(202);
  await until(() => askedOf('POST', '/v1/drives/table/commands/stop').length >= 2, {
    what: 'both stops',
    withinMs: 5000,
  });

  const stops = device.asked.filter(({ method, path }) => method === 'POST' && path.endsWith('/stop'));
  expect(stops.map(({ headers }) => headers[LEADERSHIP_HEADER])).toEqual(stops.map(() => undefined));
});

test('told to take over it shows its token with every command; refused by the line it stands by again', async () => {
  const grant = { status: 201, body: { line: 'bench', token: 'epoch.7' } };
  device.answers.set(`POST ${LEADERSHIP}`, grant);
  device.answers.set(`PUT ${LEADERSHIP}`, { ...grant, status: 200 });
  device.answers.set('POST /v1/drives/table/commands/enable', { status: 202, body: { status: 'active' } });

  const report = await ask('POST', '/v1/orchestrator/take-over');

  expect(await report.json()).toMatchObject({ name: 'south', taken: ['bench'], silent: [] });
  expect(JSON.parse(askedOf('POST', LEADERSHIP).at(-1)!.body)).toMatchObject({ leader: SOUTH, takeOver: true });
  expect(await role()).toMatchObject({ role: 'active', active: SOUTH });
  expect((await ask('POST', '/v1/drives/table/commands/enable')).status).toBe(202);
  expect(askedOf('POST', '/v1/drives/table/commands/enable')[0]!.headers[LEADERSHIP_HEADER]).toBe('epoch.7');

  const fenced = { code: 'fenced', type: 't', title: 't', status: 409, detail: 'd', instead: NORTH.url };
  obeys(NORTH);
  device.answers.set(`PUT ${LEADERSHIP}`, { status: 409, body: fenced });
  const headers = { [LEADERSHIP_HEADER]: 'fenced' };
  device.answers.set('POST /v1/drives/table/commands/enable', { status: 409, body: fenced, headers });
  expect((await ask('POST', '/v1/drives/table/commands/enable')).status).toBe(409);
  await until(async () => (await role())?.role === 'standby', {
    what: 'south to stand by',
    withinMs: 5000,
    everyMs: 5,
  });

  expect(await (await ask('POST', '/v1/drives/table/commands/enable')).json()).toMatchObject({ code: 'standby' });
});
