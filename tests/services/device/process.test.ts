import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { seededRandom, systemClock } from '../../../drivers/base/index.ts';
import {
  CommandResource,
  DriveDescription,
  DriveStateMessage,
  Problem,
  StopReport,
} from '../../../services/contracts/index.ts';
import { startDeviceProcess, type DeviceProcess } from '../../../services/device/process.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { startSimulator, type Simulator } from '../../../simulator/index.ts';
import { referenceProfile } from './axis-bench.ts';

// One device process as it runs: HTTP on a free port, Modbus TCP to a simulated drive, and no broker at all.

const logger = createLogger({ name: 'test', level: 'fatal' });
let simulator: Simulator;
let device: DeviceProcess;

beforeAll(async () => {
  simulator = await startSimulator({
    lines: [
      {
        name: 'press',
        serial: referenceProfile.serial,
        paced: false,
        tcp: { host: '127.0.0.1', port: 0 },
        drives: [{ name: 'ram', unit: 1, profile: referenceProfile }],
      },
    ],
    control: { host: '127.0.0.1', port: 0 },
    logger,
  });
  const { port } = simulator.tcps.get('press')!;
  const site = parseSite(
    `site: shop
auth: { open: a test on loopback }
lines: { press: { tcp: '127.0.0.1:${port}' } }
drives:
  ram:
    line: press
    unit: 1
    profile: kpower-reference
    acceptPlaceholder: true
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 100], maxVelocity: 100, maxAcceleration: 1000, homingRequired: false }
`,
    { file: '/shop/site.yaml', environment: {} },
  );
  // nobody listens on port 1: a broker that is down must not matter to anything here
  device = await startDeviceProcess({
    site,
    line: 'press',
    brokerUrl: 'mqtt://127.0.0.1:1',
    clock: systemClock,
    random: seededRandom(3),
    logger,
  });
  while ((await fetch(`${device.url}/readyz`)).status !== 200) await systemClock.sleep(20);
});

afterAll(async () => {
  await device.close();
  await simulator.close();
});

interface Reply {
  readonly status: number;
  readonly location: string | null;
  readonly type: string | null;
  readonly body: unknown;
}

async function call(method: string, path: string, asked: { body?: unknown; prefer?: string } = {}): Promise<Reply> {
  const response = await fetch(device.url + path, {
    method,
    headers: {
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(asked.prefer === undefined ? {} : { prefer: asked.prefer }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type');
  const isJson = type?.includes('json') === true;
  return {
    status: response.status,
    location: response.headers.get('location'),
    type,
    body: isJson ? JSON.parse(text) : text,
  };
}

const command = async (name: string, body: unknown = {}, prefer?: string): Promise<Reply> =>
  call('POST', `/v1/drives/ram/commands/${name}`, { body, ...(prefer === undefined ? {} : { prefer }) });

const standAt = async (position: number): Promise<void> => {
  await command('release', {}, 'wait=2');
  await command('enable', {}, 'wait=2');
  const moved = await command('move-absolute', { position }, 'wait=5');
  expect(moved.status).toBe(200);
};

describe('without a broker the process serves REST', () => {
  test('a move that is waited for answers 200 with its end; its resource stays', async () => {
    await standAt(0);

    const moved = await command('move-absolute', { position: 3.5 }, 'wait=5');

    const resource = CommandResource.parse(moved.body);
    expect(moved.status).toBe(200);
    expect(resource).toMatchObject({ status: 'done', parameters: { position: 3.5 } });
    expect(resource.result!.finalPosition).toBeCloseTo(3.5, 1);
    expect(moved.location).toBe(`/v1/drives/ram/commands/${resource.id}`);
    expect((await call('GET', moved.location!)).body).toEqual(resource);
  });

  test('a move that is not waited for answers 202 at once; one not ended in time 504, and goes on', async () => {
    await standAt(0);

    const moved = await command('move-absolute', { position: 5, velocity: 20 });
    expect(moved.status).toBe(202);
    expect(['accepted', 'active']).toContain(CommandResource.parse(moved.body).status);
    const late = await command('move-absolute', { position: 6, velocity: 20 }, 'wait=0');
    expect(late.status).toBe(504);
    expect(Problem.parse(late.body).code).toBe('waitTimeout');
    expect((await call('GET', late.location!)).body).toMatchObject({ status: 'active' });
  });

  test('refusals are problems with a code, a status and what to do', async () => {
    await standAt(0);
    const refused = await command('move-absolute', { position: 101 });

    expect([refused.status, refused.type]).toEqual([422, expect.stringContaining('application/problem+json')]);
    expect(Problem.parse(refused.body)).toMatchObject({ code: 'softLimit', limit: 100, actual: 101, drive: 'ram' });
    expect((await command('move-absolute', { position: '1' })).status).toBe(400);
    expect((await command('move-absolute', { position: 1, speed: 1 })).body).toMatchObject({ code: 'unknownField' });
    expect((await command('fly')).status).toBe(404);
    expect((await call('GET', '/v1/drives/rom/state')).body).toMatchObject({ code: 'notFound' });
  });

  test('deleting the resource of a running move halts it', async () => {
    await standAt(0);
    const moved = await command('move-absolute', { position: 90, velocity: 50 });

    const deleted = await call('DELETE', moved.location!);

    expect(deleted.body).toMatchObject({ status: 'aborted', error: { by: 'cancel' } });
    await command('halt', {}, 'wait=2');
    expect((await call('GET', '/v1/drives/ram/state')).body).toMatchObject({ state: 'standstill', moving: false });
  });

  test('a stop is answered when a reading shows the axis at rest', async () => {
    await standAt(0);
    await command('move-absolute', { position: 90, velocity: 50 });

    const stopped = await command('stop');

    expect(stopped.status).toBe(200);
    expect(stopped.body).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect((await call('GET', '/v1/drives/ram/state')).body).toMatchObject({ state: 'stopping', stopLatched: true });
    expect((await command('move-absolute', { position: 1 })).body).toMatchObject({ code: 'stopLatched' });
  });

  test('a stop for all reports each drive', async () => {
    const report = StopReport.parse((await call('POST', '/v1/stop')).body);

    expect(report).toMatchObject({ allConfirmed: true, confirmed: ['ram'], unconfirmed: [], unreachable: [] });
  });

  test('state, description and thing have the published shape', async () => {
    const state = DriveStateMessage.parse((await call('GET', '/v1/drives/ram/state')).body);
    expect(state).toMatchObject({ drive: 'ram', unit: 'mm', link: 'online', lease: null });
    const [description] = (await call('GET', '/v1/drives')).body as unknown[];
    expect(DriveDescription.parse(description)).toMatchObject({ drive: 'ram', url: device.url, simulated: false });
    const thing = await call('GET', '/v1/drives/ram/thing');
    expect(thing.body).toMatchObject({ title: 'ram', actions: { stop: { idempotent: true } } });
  });

  test('registers are read at any time and written at rest only', async () => {
    await standAt(0);
    const { address } = referenceProfile.registers.vendorId!;
    expect((await call('GET', `/v1/drives/ram/registers/${address}?count=2`)).body).toEqual({
      address,
      values: [0x4b50, 1],
    });
    await command('move-absolute', { position: 50, velocity: 20 });

    const written = await call('PUT', '/v1/drives/ram/registers/52', { body: { value: 1 } });

    expect(written.body).toMatchObject({ code: 'busy' });
    await command('halt', {}, 'wait=2');
  });

  test('counters and figures are there for whoever watches the line', async () => {
    const line = await call('GET', '/v1/lines/press');
    expect(line.body).toMatchObject({ line: 'press', kind: 'tcp', state: 'online' });
    expect(line.body).toHaveProperty('units.1.timeouts');
    const metrics = await call('GET', '/metrics');
    expect(metrics.body).toMatch(/kmotion_unit_requests\{line="press",drive="ram"\} [1-9]/);
    expect((await call('GET', '/healthz')).status).toBe(200);
  });
});
