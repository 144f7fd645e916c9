import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../drivers/base/index.ts';
import { createMbapSplitter, encodeMbap, encodeReadRequest, withCrc } from '../../drivers/modbus/framing/index.ts';
import { openSerial, type BytePort } from '../../drivers/transport/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { startSimulator, type Simulator } from '../../simulator/index.ts';
import { profile, serial } from './rig.ts';

// The simulator as it runs for users: real pseudo-terminals, real sockets, real time.
const logger = createLogger({ name: 'simulator', output: { write: () => undefined } });
const control = { host: '127.0.0.1', port: 0 };
let folder = '';
let simulator: Simulator;
const ports: BytePort[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  simulator = await startSimulator({
    control,
    logger,
    lines: [
      {
        name: 'bench',
        serial,
        paced: true,
        pty: { path: join(folder, 'lines', 'bench') },
        tcp: { host: '127.0.0.1', port: 0 },
        drives: [
          { name: 'left', unit: 1, profile },
          { name: 'right', unit: 2, profile },
        ],
      },
    ],
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const port of ports.splice(0)) await port.close();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until at least `length` bytes have come. */
function listener(length: number) {
  const heard: number[] = [];
  let done: (bytes: Uint8Array) => void;
  let gone: (error: Error) => void;
  const whole = new Promise<Uint8Array>((resolve) => (done = resolve));
  const lost = new Promise<Error>((resolve) => (gone = resolve));
  return {
    whole,
    lost,
    events: {
      bytes(chunk: Uint8Array) {
        heard.push(...chunk);
        if (heard.length >= length) done(Uint8Array.from(heard));
      },
      lost: (error: Error) => gone(error),
    },
  };
}

async function openPty(length: number) {
  const { whole, lost, events } = listener(length);
  const port = await openSerial({ path: simulator.ptys.get('bench')!, settings: serial, clock: systemClock })(events);
  ports.push(port);
  return { port, whole, lost };
}

async function openTcp() {
  const socket = connect(simulator.tcps.get('bench')!);
  sockets.push(socket.setNoDelay());
  await once(socket, 'connect');
  return socket;
}

const call = (path: string, method = 'GET', body?: object) =>
  fetch(`${simulator.url}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

describe('behind a pseudo-terminal', () => {
  test('a serial port opens the stable path and is answered, not before the wire has carried everything', async () => {
    const { port, whole } = await openPty(25);

    const askedMs = performance.now();
    port.write(encodeReadRequest({ unit: 2, functionCode: 3, address: 0, count: 10 }));
    const answer = await whole;

    expect(performance.now() - askedMs).toBeGreaterThanOrEqual(((8 + 25) * 10) / 115.2 + 1.75);
    expect([...answer.subarray(0, 5)]).toEqual([2, 3, 20, 0x06, 0x50]);
  });

  test('every byte value passes both ways unchanged', async () => {
    const values = Array.from({ length: 16 }, (_, index) => index);
    const { port, whole } = await openPty(8 * 16);
    const refused = values.map((high) => withCrc(Uint8Array.of(1, 6, 0, 0x31, high * 16 + 3, high * 16 + 0x1a)));
    const echoed = refused.map((frame) => withCrc(Uint8Array.of(...frame.subarray(0, 6))));
    simulator.site.lines.get('bench')!.addMishap({ kind: 'echo' });
    simulator.site.lines.get('bench')!.addMishap({ kind: 'drop' });

    for (const frame of refused) port.write(frame);

    expect([...(await whole)]).toEqual(echoed.flatMap((frame) => [...frame]));
  });

  test('unplugged, the port is lost and the path is gone; plugged in again, the same path works', async () => {
    const path = simulator.ptys.get('bench')!;
    const first = await openPty(1);

    await call('/v1/lines/bench/mishaps', 'POST', { kind: 'unplug' });
    expect((await first.lost).message).toMatch(/gone/);
    expect(existsSync(path)).toBe(false);
    await call('/v1/lines/bench/mishaps', 'DELETE');
    const second = await openPty(7);
    second.port.write(encodeReadRequest({ unit: 1, functionCode: 3, address: 0, count: 1 }));

    expect(await second.whole).toHaveLength(7);
  });

  test('the path is a link, replaced when a crashed run left one, and gone after close', async () => {
    const path = simulator.ptys.get('bench')!;
    expect(readlinkSync(path)).toMatch(/^\/dev\//);
    const second = await startSimulator({
      control,
      logger,
      lines: [{ name: 'other', serial, paced: true, pty: { path }, drives: [{ name: 'a', unit: 1, profile }] }],
    });
    const taken = readlinkSync(path);

    await simulator.close();
    expect(readlinkSync(path)).toBe(taken);
    await second.close();

    expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("a path that is somebody's file is left alone", async () => {
    const path = join(folder, 'precious');
    writeFileSync(path, 'data');

    const start = startSimulator({
      control,
      logger,
      lines: [{ name: 'other', serial, paced: true, pty: { path }, drives: [] }],
    });

    await expect(start).rejects.toThrow(/precious is taken/);
  });
});

describe('behind Modbus TCP', () => {
  test('pipelined requests are answered in order, each with its transaction and unit', async () => {
    const socket = await openTcp();
    const answers: { transaction: number; body: number[] }[] = [];
    const done = new Promise<void>((resolve) => {
      const splitter = createMbapSplitter(({ transaction, body }) => {
        answers.push({ transaction, body: [...body] });
        if (answers.length === 6) resolve();
      });
      socket.on('data', (chunk) => void splitter.push(chunk));
    });

    const requests = [1, 2, 3, 4, 5, 6].map((id) => encodeMbap(id, Uint8Array.of(1 + (id % 2), 3, 0, 0x0d, 0, 1)));
    socket.write(Buffer.concat(requests));
    await done;

    expect(answers.map(({ transaction }) => transaction)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(answers.map(({ body }) => body)).toEqual([2, 1, 2, 1, 2, 1].map((unit) => [unit, 3, 2, 0x4b, 0x50]));
  });

  test('what is no Modbus TCP is cut off', async () => {
    const socket = await openTcp();
    socket.on('error', () => undefined);

    socket.write('GET / HTTP/1.1\r\n\r\n');

    await expect(once(socket, 'close')).resolves.toBeDefined();
  });
});

describe('control', () => {
  test('it lists the lines with their doors and drives', async () => {
    const lines = await (await call('/v1/lines')).json();

    expect(lines).toEqual([
      {
        name: 'bench',
        baudRate: 115_200,
        paced: true,
        plugged: true,
        mishaps: [],
        pty: simulator.ptys.get('bench'),
        tcp: simulator.tcps.get('bench'),
        drives: [
          { name: 'left', unit: 1, profile: 'kpower-reference' },
          { name: 'right', unit: 2, profile: 'kpower-reference' },
        ],
      },
    ]);
  });

  test('a fault set by HTTP is seen on the wire, and the frame that saw it in the ledger', async () => {
    expect((await call('/v1/drives/left/faults', 'POST', { kind: 'encoder' })).status).toBe(204);
    const { port, whole } = await openPty(7);
    port.write(encodeReadRequest({ unit: 1, functionCode: 3, address: 8, count: 1 }));

    expect([...(await whole)].slice(3, 5)).toEqual([0x73, 0x05]);
    const ledger = (await (await call('/v1/ledger?since=0')).json()) as { entries: object[]; latest: number };
    expect(ledger.entries).toMatchObject([{ kind: 'frame', drive: 'left', functionCode: 3, address: 8 }]);
    expect(await (await call(`/v1/ledger?since=${ledger.latest}`)).json()).toMatchObject({ entries: [] });
  });

  test.each([
    { method: 'POST', path: '/v1/lines/none/mishaps', body: { kind: 'drop' }, status: 404 },
    { method: 'POST', path: '/v1/lines/bench/mishaps', body: { kind: 'gremlins' }, status: 400 },
    { method: 'POST', path: '/v1/lines/bench/mishaps', body: { kind: 'drop', rate: 2 }, status: 400 },
    { method: 'POST', path: '/v1/drives/left/faults', body: { kind: 'reboot', why: 'x' }, status: 400 },
    { method: 'PUT', path: '/v1/drives/left/load', body: { torque: 1e9 }, status: 400 },
    { method: 'PUT', path: '/v1/drives/nobody/load', body: { torque: 1 }, status: 404 },
    { method: 'GET', path: '/v1/ledger?since=-1', body: undefined, status: 400 },
  ])('$method $path with $body is refused as problem+json', async ({ method, path, body, status }) => {
    const answer = await call(path, method, body);

    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.status).toBe(status);
  });

  test('it refuses to listen beyond this machine', async () => {
    const start = startSimulator({ control: { host: '0.0.0.0', port: 0 }, logger, lines: [] });

    await expect(start).rejects.toThrow('loopback');
  });
});
