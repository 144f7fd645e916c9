import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { systemClock, systemRandom } from '../../drivers/base/index.ts';
import { connectMessageBus, type MessageBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { buildPeer } from './build-peer.ts';

const ROUNDS = 12;
const EXCHANGES = 250;
/** Before the measured ones: a broker that has worked for some seconds, and one that has just come up. */
const WORKED_IN = 8;
const command = 'kmotion/drives/lift/commands/move-absolute';
const results = 'kmotion/drives/lift/results';
const body = JSON.stringify({ id: '0b7e2f6e-7b0d-4c3e-9a55-1d2f6c1c9a10', position: 120.5, velocity: 40 });

/** Sends one command and resolves when its result has come back. */
type Exchange = () => Promise<void>;

interface Party {
  readonly exchange: Exchange;
  close(): Promise<void>;
}

async function started(process_: ChildProcess, ready: (text: string) => string | null): Promise<string> {
  let text = '';
  for await (const chunk of process_.stdout ?? []) {
    text += String(chunk);
    const found = ready(text);
    if (found !== null) return found;
  }
  throw new Error('the broker ended before it was ready');
}

/** Our bus on both ends, our broker between them. */
async function ours(): Promise<Party> {
  const child = spawn(process.execPath, [await buildPeer('embedded-broker')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await started(child, (text) => (text.includes('\n') ? text.trim() : null));
  const logger = createLogger({ name: 'bench', level: 'warn' });
  const bus = (clientId: string): MessageBus =>
    connectMessageBus({ url, clientId, clock: systemClock, random: systemRandom, logger });
  const [device, commander] = [bus('device'), bus('commander')];
  let answered: (() => void) | null = null;
  device.subscribe('kmotion/drives/lift/commands/+', (message) => device.publish(results, message.payload));
  commander.subscribe(results, () => answered?.());
  await Promise.all(
    [device, commander].map(
      (one) => new Promise<void>((resolve) => one.onState((state) => state === 'online' && resolve())),
    ),
  );
  return {
    exchange: () =>
      new Promise((resolve) => {
        answered = resolve;
        commander.publish(command, body);
      }),
    async close() {
      await Promise.all([device.close(), commander.close()]);
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connectSocket(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await systemClock.sleep(20);
  }
  throw new Error('mosquitto did not begin to listen');
}

async function bareClient(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
  return client;
}

/** Bare MQTT.js on both ends, Mosquitto between them, Nagle off everywhere. */
async function mosquitto(): Promise<Party> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\nlog_type error\n`,
  );
  const child = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
  await untilListening(port);
  const [device, commander] = await Promise.all([
    bareClient(`mqtt://127.0.0.1:${port}`),
    bareClient(`mqtt://127.0.0.1:${port}`),
  ]);
  let answered: (() => void) | null = null;
  device.on('message', (_topic, payload) => device.publish(results, payload, { qos: 1 }));
  commander.on('message', () => answered?.());
  await device.subscribeAsync('kmotion/drives/lift/commands/+', { qos: 1 });
  await commander.subscribeAsync(results, { qos: 1 });
  return {
    exchange: () =>
      new Promise((resolve) => {
        answered = resolve;
        commander.publish(command, body, { qos: 1 });
      }),
    async close() {
      await Promise.all([device.endAsync(), commander.endAsync()]);
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function round(exchange: Exchange): Promise<number[]> {
  const tookUs: number[] = [];
  for (let sent = 0; sent < EXCHANGES; sent++) {
    const startMs = systemClock.nowMs();
    await exchange();
    tookUs.push((systemClock.nowMs() - startMs) * 1000);
  }
  return tookUs;
}

/** Microseconds of each exchange. */
interface Round {
  readonly us: readonly number[];
  readonly peer: readonly number[];
}

const ratioOf = ({ us, peer }: Round): number => median(us) / median(peer);

async function run(): Promise<readonly Figure[]> {
  const [us, peer] = [await ours(), await mosquitto()];
  const inTurn = async (): Promise<Round> => ({ us: await round(us.exchange), peer: await round(peer.exchange) });
  const early = await inTurn();
  for (let index = 1; index < WORKED_IN; index++) await inTurn();
  const rounds: Round[] = [];
  for (let index = 0; index < ROUNDS; index++) rounds.push(await inTurn());
  await Promise.all([us.close(), peer.close()]);
  const all = { us: rounds.flatMap((one) => one.us), peer: rounds.flatMap((one) => one.peer) };
  const ratios = rounds.map(ratioOf);
  return [
    {
      measure: 'QoS 1 command and result, ours / bare on Mosquitto without Nagle',
      value: median(ratios),
      unit: 'ratio',
      atMost: 2,
      note: `rounds ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    },
    { measure: 'the same just after start, first 250', value: ratioOf(early), unit: 'ratio' },
    { measure: 'ours, p50', value: median(all.us), unit: 'us', note: `p99 ${quantile(all.us, 0.99).toFixed(0)} us` },
    {
      measure: 'bare on Mosquitto, p50',
      value: median(all.peer),
      unit: 'us',
      note: `p99 ${quantile(all.peer, 0.99).toFixed(0)} us`,
    },
  ];
}

export const bench: Bench = {
  name: 'mqtt-round-trip',
  what: 'a QoS 1 command and its QoS 1 result through the embedded broker, beside the same on Mosquitto with bare clients',
  needs: ['mosquitto'],
  run,
};
