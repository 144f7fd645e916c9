import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Site } from '../../../config/index.ts';
import { createVirtualClock, seededRandom } from '../../../drivers/base/index.ts';
import type {
  PortDescription,
  ScanEvent,
  ScanReport,
  ScanRequest,
  ScanResource,
} from '../../../services/contracts/index.ts';
import type { Commissioning } from '../../../services/orchestrator/index.ts';
import { startOrchestrator, type OrchestratorProcess } from '../../../services/orchestrator/process.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { storeFolder } from './store/store-folder.ts';

const dataDir = storeFolder();

// Ports and scans as the outside sees them, over a commissioning that the test plays.

const port = (path: string, owner: PortDescription['owner'] = null): PortDescription => ({
  path,
  byId: `/dev/serial/by-id/${path.slice(5)}`,
  byPath: null,
  vendorId: '0403',
  productId: '6001',
  serialNumber: 'A',
  manufacturer: null,
  product: null,
  driver: 'ftdi_sio',
  owner,
});
const progress = { asked: 1, planned: 10, elapsedMs: 40, remainingMs: 360, estimateMs: 400 };
const report: ScanReport = { complete: true, drives: [], findings: [], yaml: 'lines:\n' };

class PlayedCommissioning implements Commissioning {
  readonly requests: ScanRequest[] = [];
  interrupted = 0;
  tell: (event: ScanEvent) => void = () => undefined;
  end: (error?: Error) => void = () => undefined;
  ports(): Promise<readonly PortDescription[]> {
    return Promise.resolve([port('/dev/ttyUSB0', { kind: 'line', name: 'lift' }), port('/dev/ttyUSB1')]);
  }
  scan(request: ScanRequest, tell: (event: ScanEvent) => void): ReturnType<Commissioning['scan']> {
    this.requests.push(request);
    this.tell = tell;
    const ended = new Promise<void>((resolve, reject) => {
      this.end = (error) => (error === undefined ? resolve() : reject(error));
    });
    return { ended, interrupt: () => void this.interrupted++ };
  }
}

let played: PlayedCommissioning;
let orchestrator: OrchestratorProcess;
beforeEach(async () => {
  played = new PlayedCommissioning();
  orchestrator = await startOrchestrator({
    site: {
      id: 'demo',
      dataDir,
      simulated: true,
      auth: { kind: 'open', reason: null },
      mqtt: { root: 'kmotion', username: null, password: null, ca: null, cert: null, key: null },
      http: { host: '127.0.0.1', port: 0, hosts: [] },
      lines: new Map(),
      drives: new Map(),
      groups: new Map(),
      interlocks: [],
    } as unknown as Site,
    brokerUrl: 'mqtt://127.0.0.1:9',
    simulatorUrl: null,
    commissioning: played,
    clock: createVirtualClock(),
    random: seededRandom(3),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
});
afterEach(() => orchestrator.close());

const call = async (method: string, path: string, body?: object): Promise<{ status: number; body: never }> => {
  const response = await fetch(orchestrator.url + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as never };
};
const begin = async (body: object = {}): Promise<ScanResource> => (await call('POST', '/v1/scans', body)).body;
const read = async ({ scan }: ScanResource): Promise<ScanResource> => (await call('GET', `/v1/scans/${scan}`)).body;

test('ports are listed with their owners', async () => {
  const { body } = await call('GET', '/v1/ports');

  expect(body).toMatchObject([
    { path: '/dev/ttyUSB0', owner: { kind: 'line', name: 'lift' } },
    { path: '/dev/ttyUSB1', owner: null },
  ]);
});

test('a scan is followed from its beginning over what it finds to its end', async () => {
  const begun = await begin({ ports: ['/dev/ttyUSB1'], units: '1-247' });
  expect(begun).toMatchObject({ status: 'running', progress: null, endedAt: null });
  expect(played.requests).toEqual([{ ports: ['/dev/ttyUSB1'], units: '1-247' }]);

  played.tell({ event: 'begins', ports: ['/dev/ttyUSB1'], progress });
  const finding = { kind: 'echo', port: '/dev/ttyUSB1', unit: null, text: 'it echoes', remedy: 'none' } as const;
  played.tell({ event: 'finding', finding });
  expect(await read(begun)).toMatchObject({ status: 'running', progress, findings: [finding] });

  played.tell({ event: 'ended', progress: { ...progress, asked: 10, remainingMs: 0 }, report });
  played.end();
  expect(await read(begun)).toMatchObject({ status: 'done', yaml: 'lines:\n', progress: { asked: 10 }, error: null });
});

test('a port that a line has is refused before anybody asks on it', async () => {
  for (const name of ['/dev/ttyUSB0', '/dev/serial/by-id/ttyUSB0']) {
    expect(await call('POST', '/v1/scans', { ports: [name] })).toMatchObject({
      status: 409,
      body: { code: 'portTaken', detail: `${name} belongs to line lift: nobody else asks on it.` },
    });
  }
  expect(played.requests).toEqual([]);
});

test('one scan at a time; the next one when it has ended', async () => {
  const first = await begin();

  expect(await call('POST', '/v1/scans', {})).toMatchObject({ status: 409, body: { code: 'scanRunning' } });
  played.tell({ event: 'ended', progress, report });
  played.end();
  await read(first);
  expect((await call('POST', '/v1/scans', {})).status).toBe(202);
});

test('a scan that is deleted is interrupted and keeps what it has found', async () => {
  const begun = await begin();

  await call('DELETE', `/v1/scans/${begun.scan}`);
  expect(played.interrupted).toBe(1);
  played.tell({ event: 'ended', progress, report: { ...report, complete: false } });
  played.end();

  expect(await read(begun)).toMatchObject({ status: 'interrupted', yaml: 'lines:\n' });
});

test('a scan that cannot be done says why', async () => {
  const begun = await begin();

  played.end(new Error('permission denied'));

  await expect.poll(async () => (await read(begun)).status).toBe('failed');
  expect(await read(begun)).toMatchObject({ error: 'permission denied' });
});

test('what is not right in a request is refused with its place; an unknown scan is not found', async () => {
  expect(await call('POST', '/v1/scans', { units: 'all' })).toMatchObject({
    status: 400,
    body: { code: 'invalidValue' },
  });
  expect(await call('GET', '/v1/scans/5f3c0000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
});

test('the end of the process ends a scan', async () => {
  await begin();

  await orchestrator.close();

  expect(played.interrupted).toBe(1);
});
