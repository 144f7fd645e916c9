import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from '../../../../config/index.ts';
import { createVirtualClock, seededRandom } from '../../../../drivers/base/index.ts';
import { startOrchestrator, type OrchestratorProcess } from '../../../../services/orchestrator/process.ts';
import { createLogger } from '../../../../services/platform/process/index.ts';
import { storeFolder } from './store-folder.ts';

// The store as the outside sees it: two orchestrators without a broker, one with a folder, one whose folder is a file.

const folder = storeFolder();
const clock = createVirtualClock();

const start = (dataDir: string): Promise<OrchestratorProcess> =>
  startOrchestrator({
    site: {
      id: 'demo',
      dataDir,
      simulated: true,
      auth: { kind: 'open', reason: null },
      mqtt: { root: 'kmotion', username: null, password: null, ca: null, cert: null, key: null },
      http: { host: '127.0.0.1', port: 0, hosts: [] },
      lines: new Map(),
      drives: new Map([['table', { id: 'table', line: 'bench' }]]),
      groups: new Map(),
      interlocks: [],
    } as unknown as Site,
    brokerUrl: 'mqtt://127.0.0.1:9',
    simulatorUrl: null,
    clock,
    random: seededRandom(3),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });

let kept: OrchestratorProcess;
let lost: OrchestratorProcess;
beforeAll(async () => {
  mkdirSync(join(folder, 'kept'));
  writeFileSync(join(folder, 'a-file'), '');
  [kept, lost] = await Promise.all([start(join(folder, 'kept')), start(join(folder, 'a-file'))]);
});
afterAll(() => Promise.all([kept.close(), lost.close()]));

const get = async (url: string, accept = 'application/json'): Promise<{ status: number; body: never }> => {
  const response = await fetch(url, { headers: { accept } });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: (isJson ? JSON.parse(text) : text) as never };
};

test('who asked for what, from where, and what became of it stands in the log, and the chain holds', async () => {
  await fetch(`${kept.url}/v1/stop`, { method: 'POST' });
  await fetch(`${kept.url}/v1/drives/none/commands/halt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deceleration: 3 }),
  });
  await get(`${kept.url}/v1/site`);

  const lines = async (): Promise<unknown[]> => (await get(`${kept.url}/v1/events`)).body;
  await expect.poll(lines).toHaveLength(2);
  const asker = { kind: 'request', who: 'admin', origin: '127.0.0.1' };
  expect(await lines()).toMatchObject([
    {
      ...asker,
      what: 'POST /v1/drives/none/commands/halt',
      subject: 'none',
      outcome: '404',
      detail: { body: { deceleration: 3 } },
    },
    { ...asker, what: 'POST /v1/stop', subject: 'site', outcome: '200' },
  ]);
  expect((await get(`${kept.url}/v1/events/verification`)).body).toMatchObject({ intact: true, lines: 2 });
  expect((await get(`${kept.url}/v1/events?limit=1`, 'text/csv')).body).toMatch(
    /^seq,at,.*\r\n2,.*,request,admin,127\.0\.0\.1,none,.*"\{""body"":\{""deceleration"":3\}\}"/,
  );
});

test('a history that nobody has is empty, one of an unknown drive is not found, a wrong question says where', async () => {
  const { body } = await get(`${kept.url}/v1/history?drive=table&points=10&channels=position`);

  expect(body).toMatchObject({ drive: 'table', at: [], channels: { position: { min: [], max: [], mean: [] } } });
  expect(await get(`${kept.url}/v1/history?drive=chair`)).toMatchObject({ status: 404, body: { code: 'notFound' } });
  expect(await get(`${kept.url}/v1/history?drive=table&points=0&channels=heat`)).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'points' }, { path: 'channels.0' }] },
  });
});

test('a store that cannot be reached is said, and stops nothing that stops', async () => {
  expect(await get(`${lost.url}/v1/events`)).toMatchObject({ status: 503, body: { code: 'storeUnavailable' } });

  expect((await fetch(`${lost.url}/v1/stop`, { method: 'POST' })).status).toBe(200);
  expect((await get(`${lost.url}/v1/site`)).body).toMatchObject({ store: { state: 'unreachable' } });
  expect((await get(`${lost.url}/metrics`)).body).toMatch(/^kmotion_store_ok 0$/m);
  expect((await get(`${kept.url}/metrics`)).body).toMatch(/^kmotion_store_ok 1$/m);
});
