import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startBroker, type BrokerOptions, type RunningBroker } from '../../../services/broker/index.ts';
import { createLogger, StartError } from '../../../services/platform/process/index.ts';

const logger = createLogger({ name: 'test', output: { write: () => undefined } });
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close();
});

async function start(options: Partial<BrokerOptions> = {}): Promise<RunningBroker> {
  const broker = await startBroker({ host: '127.0.0.1', port: 0, access: { kind: 'open' }, logger, ...options });
  open.push(broker);
  return broker;
}

async function client(url: string, options: IClientOptions): Promise<MqttClient> {
  const made = await connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  open.push({ close: () => made.endAsync(true) });
  return made;
}

const nextMessage = (one: MqttClient): Promise<[string, string]> =>
  new Promise((resolve) => one.once('message', (topic, payload) => resolve([topic, payload.toString()])));

test.each([5, 4] as const)(
  'a client that speaks protocol %i (5 is MQTT 5, 4 is 3.1.1) publishes, subscribes and is kept informed',
  async (version) => {
    const { url } = await start();
    const one = await client(url, { protocolVersion: version });
    await one.publishAsync('kmotion/site', 'here', { qos: 1, retain: true });
    const received = nextMessage(one);
    await one.subscribeAsync('kmotion/#', { qos: 1 });
    expect(await received).toEqual(['kmotion/site', 'here']);
  },
);

test('a taken port is one sentence that names it', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toThrow(StartError);
  await expect(start({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
});

test('beyond loopback it does not start without tokens', async () => {
  await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/MQTT broker listens on 0\.0\.0\.0, .* without tokens/);
});

test('a packet beyond the limit ends its sender, and nobody else notices', async () => {
  const { url } = await start();
  const [bomber, other] = [await client(url, { protocolVersion: 4 }), await client(url, { protocolVersion: 5 })];
  bomber.on('error', () => undefined);
  const ended = new Promise((resolve) => bomber.once('close', () => resolve(true)));
  bomber.publish('kmotion/x', Buffer.alloc(300_000), { qos: 1 }, () => undefined);
  expect(await ended).toBe(true);
  await other.publishAsync('kmotion/y', 'still here', { qos: 1 });
  expect(other.connected).toBe(true);
});

test.each([
  ['a web request', `POST / HTTP/1.1\r\nhost: localhost\r\nuser-agent: ${'x'.repeat(200)}\r\n\r\n`],
  ['a length that promises 256 MB', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0x00])],
  ['a first packet that is no CONNECT', Buffer.from([0xc0, 0x00])],
])('%s is hung up on and the broker lives on', async (_what, bytes) => {
  const { url } = await start();
  const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  expect((await client(url, { protocolVersion: 5 })).connected).toBe(true);
});

test('nothing waits for a client that is away, even if it asks for a session that never expires', async () => {
  const { url } = await start();
  const options: IClientOptions = { protocolVersion: 4, clean: false, clientId: 'away' };
  const away = await client(url, options);
  await away.subscribeAsync('kmotion/commands', { qos: 1 });
  await away.endAsync();
  const sender = await client(url, { protocolVersion: 5 });
  await sender.publishAsync('kmotion/commands', 'old', { qos: 1 });
  const back = await client(url, options);
  const received = nextMessage(back);
  await back.subscribeAsync('kmotion/commands', { qos: 1 });
  await sender.publishAsync('kmotion/commands', 'new', { qos: 1 });
  expect(await received).toEqual(['kmotion/commands', 'new']);
});

test('who subscribes while values change ends with the newest of each, as from any broker that answers in order', async () => {
  const { url } = await start();
  const owner = await client(url, { protocolVersion: 5 });
  const topics = Array.from({ length: 40 }, (_, at) => `kmotion/drives/drive-${at}/availability`);
  const retainAll = (payload: string): Promise<unknown> =>
    Promise.all(topics.map((topic) => owner.publishAsync(topic, payload, { qos: 1, retain: true })));
  await retainAll('offline');
  const other = await client(url, { protocolVersion: 5 });
  const heard = new Map<string, string>();
  let isThrough: () => void;
  const through = new Promise<void>((resolve) => (isThrough = resolve));
  other.on('message', (topic, payload) =>
    topic === 'kmotion/end' ? isThrough() : heard.set(topic, payload.toString()),
  );

  const subscribed = other.subscribeAsync('kmotion/#', { qos: 1, rap: true, rh: 0 });
  await retainAll('online');
  await subscribed;
  await owner.publishAsync('kmotion/end', '', { qos: 1 });
  await through;

  expect(topics.filter((topic) => heard.get(topic) !== 'online')).toEqual([]);
});
