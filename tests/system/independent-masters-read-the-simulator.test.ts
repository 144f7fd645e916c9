import { createRequire } from 'node:module';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { KMOTION, run, start } from './running-site.ts';

// The stock client, with its own ports: nothing of ours between it and the virtual drive.
const ModbusRTU = createRequire(import.meta.url)('modbus-serial') as new () => StockClient;

interface StockClient {
  connectTCP(host: string, options: { port: number }): Promise<void>;
  connectRTUBuffered(path: string, options: { baudRate: number }): Promise<void>;
  setID(unit: number): void;
  setTimeout(ms: number): void;
  readHoldingRegisters(address: number, count: number): Promise<{ data: number[] }>;
  writeRegister(address: number, value: number): Promise<unknown>;
  writeRegisters(address: number, values: number[]): Promise<unknown>;
  close(done: () => void): void;
}

const UNIT = 7;
const STATUSWORD = 0x0000;
const ACTUAL_POSITION = 0x0002;
const CONTROLWORD = 0x0020;
const MODE_OF_OPERATION = 0x0021;
const TARGET_POSITION = 0x0022;

const started: ReturnType<typeof start>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill();
});

/** One virtual drive at rest, without a watchdog; gives how it is reached. */
async function simulate(...way: string[]): Promise<string> {
  const child = start(process.execPath, [
    KMOTION,
    'simulator',
    '--profile',
    'kpower-reference',
    '--unit',
    `${UNIT}`,
    ...way,
  ]);
  started.push(child);
  return vi.waitFor(() => {
    const [, address] = /^line (?:tcp )?(\S+)$/m.exec(child.text) ?? [];
    if (address === undefined) throw new Error(`the simulator says ${child.text}`);
    return address;
  }, 10_000);
}

const toInt32 = ([high = 0, low = 0]: readonly number[]): number => (high << 16) | low;

/** What mbpoll reads as actual position, in counts. */
async function mbpollPosition(...way: string[]): Promise<number> {
  const { out, err } = await run('mbpoll', [
    '-0',
    '-1',
    '-q',
    '-a',
    `${UNIT}`,
    '-t',
    '4:hex',
    '-r',
    `${ACTUAL_POSITION}`,
    '-c',
    '2',
    ...way,
  ]);
  const words = [...out.matchAll(/\[\d+\]:\s+0x([0-9A-F]{4})/gi)].map(([, word]) => Number.parseInt(word ?? '', 16));
  expect(words, `${out}${err}`).toHaveLength(2);
  return toInt32(words);
}

const words = (value: number): number[] => [(value >>> 16) & 0xffff, value & 0xffff];

/** Enables the drive as CiA 402 says and sends it to a position, by the stock client alone. */
async function sendTo(client: StockClient, counts: number): Promise<void> {
  client.setID(UNIT);
  client.setTimeout(1000);
  for (const [controlword, power] of [
    [0x06, 0x21],
    [0x07, 0x23],
    [0x0f, 0x27],
  ] as const) {
    await client.writeRegister(CONTROLWORD, controlword);
    await vi.waitFor(async () => {
      const { data } = await client.readHoldingRegisters(STATUSWORD, 1);
      expect((data[0] ?? 0) & 0x6f).toBe(power);
    }, 5000);
  }
  await client.writeRegister(MODE_OF_OPERATION, 1);
  await client.writeRegisters(TARGET_POSITION, [
    ...words(counts),
    ...words(50_000),
    ...words(500_000),
    ...words(500_000),
  ]);
  await client.writeRegister(CONTROLWORD, 0x1f);
}

async function arrivesAt(client: StockClient, counts: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { data } = await client.readHoldingRegisters(ACTUAL_POSITION, 2);
      expect(Math.abs(toInt32(data) - counts)).toBeLessThanOrEqual(5);
    },
    { timeout: 10_000, interval: 50 },
  );
}

const closed = (client: StockClient): Promise<void> => new Promise((resolve) => client.close(resolve));

test('over TCP: mbpoll sees the position that the stock client commanded', async () => {
  const [host = '', port = ''] = (await simulate('--tcp', '127.0.0.1:0')).split(':');
  const byTcp = ['-m', 'tcp', '-p', port, host];
  expect(Math.abs(await mbpollPosition(...byTcp))).toBeLessThanOrEqual(5);
  const client = new ModbusRTU();
  await client.connectTCP(host, { port: Number(port) });

  await sendTo(client, 20_000);
  await arrivesAt(client, 20_000);

  expect(Math.abs((await mbpollPosition(...byTcp)) - 20_000)).toBeLessThanOrEqual(5);
  await closed(client);
});

test('over the pseudo-terminal: the same', async () => {
  const path = await simulate('--pty', join(mkdtempSync(join(tmpdir(), 'kmotion-pty-')), 'drive'), '--baud', '115200');
  const byLine = ['-m', 'rtu', '-b', '115200', '-P', 'none', path];
  expect(Math.abs(await mbpollPosition(...byLine))).toBeLessThanOrEqual(5);
  const client = new ModbusRTU();
  await client.connectRTUBuffered(path, { baudRate: 115_200 });

  await sendTo(client, -20_000);
  await arrivesAt(client, -20_000);
  await closed(client);

  expect(Math.abs((await mbpollPosition(...byLine)) + 20_000)).toBeLessThanOrEqual(5);
});
