import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { seededRandom, systemClock } from '../../../drivers/base/index.ts';
import { startBroker } from '../../../services/broker/index.ts';
import {
  connectMessageBus,
  type IncomingMessage,
  type MessageBus,
  type Will,
} from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close();
});

const logged: Record<string, unknown>[] = [];
let onLine: ((line: Record<string, unknown>) => unknown) | null = null;
const logger = createLogger({
  name: 'test',
  level: 'debug',
  output: {
    write(text) {
      const line = JSON.parse(text) as Record<string, unknown>;
      logged.push(line);
      onLine?.(line);
    },
  },
});

async function broker(port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const started = await startBroker({ host: '127.0.0.1', port, access: { kind: 'open' }, logger });
  open.push(started);
  return started;
}

function bus(url: string, clientId: string, will?: Will): MessageBus {
  const made = connectMessageBus({
    url,
    clientId,
    clock: systemClock,
    random: seededRandom(1),
    logger,
    ...(will && { will }),
  });
  open.push(made);
  return made;
}

const until = (one: MessageBus, state: 'online' | 'offline'): Promise<void> =>
  new Promise((resolve) => one.onState((now) => now === state && resolve()));

/** Collects messages; `count(n)` resolves with the first n. */
function inbox(
  one: MessageBus,
  filter: string,
): { count(n: number): Promise<IncomingMessage[]>; all: IncomingMessage[] } {
  const all: IncomingMessage[] = [];
  const waiting = new Set<() => void>();
  one.subscribe(filter, (message) => {
    all.push(message);
    for (const wake of waiting) wake();
  });
  return {
    all,
    count: (n) =>
      new Promise((resolve) => {
        const look = (): void => void (all.length >= n && resolve(all.slice(0, n)));
        waiting.add(look);
        look();
      }),
  };
}

test('a command travels with its response topic and correlation', async () => {
  const { url } = await broker();
  const [device, commander] = [bus(url, 'device'), bus(url, 'commander')];
  const commands = inbox(device, 'k/drives/lift/commands/+');
  await Promise.all([until(device, 'online'), until(commander, 'online')]);

  commander.publish('k/drives/lift/commands/move-absolute', '12.5', {
    replyTo: 'answers/1',
    correlation: Buffer.from('c1'),
  });

  const [message] = await commands.count(1);
  expect(message).toMatchObject({ topic: 'k/drives/lift/commands/move-absolute', payload: '12.5', retained: false });
  expect(message?.replyTo?.topic).toBe('answers/1');
  expect(Buffer.from(message!.replyTo!.correlation!).toString()).toBe('c1');
});

test('a command published with retain is seen as retained, when it is sent and after a restart of the device', async () => {
  const { url } = await broker();
  const [device, commander] = [bus(url, 'device'), bus(url, 'commander')];
  const live = inbox(device, 'k/commands/+');
  await Promise.all([until(device, 'online'), until(commander, 'online')]);

  commander.publish('k/commands/enable', '{}', { retain: true });
  expect((await live.count(1))[0]?.retained).toBe(true);
  await device.close();

  const again = bus(url, 'device');
  expect((await inbox(again, 'k/commands/+').count(1))[0]?.retained).toBe(true);
});

test('nothing that was published while the broker was away arrives when it is back', async () => {
  const first = await broker();
  const port = Number(new URL(first.url).port);
  const [device, commander] = [bus(first.url, 'device'), bus(first.url, 'commander')];
  const commands = inbox(device, 'k/commands/+');
  await Promise.all([until(device, 'online'), until(commander, 'online')]);
  const both = Promise.all([until(device, 'offline'), until(commander, 'offline')]);
  await first.close();
  open.splice(open.indexOf(first), 1);
  await both;

  commander.publish('k/commands/move-absolute', '1');
  commander.publish('k/commands/move-absolute', '2', { qos: 0 });
  await broker(port);
  await Promise.all([until(device, 'online'), until(commander, 'online')]);
  commander.publish('k/commands/halt', '{}');

  expect((await commands.count(1))[0]?.topic).toBe('k/commands/halt');
  const words = logged.filter((line) => line['level'] === 40).map((line) => line['msg']);
  expect(words.length).toBeGreaterThan(0);
});

test('the will speaks when a client is lost, and is silent when it closes in order', async () => {
  const { url } = await broker();
  const watcher = bus(url, 'watcher');
  const seen = inbox(watcher, 'k/+/availability');
  await until(watcher, 'online');
  const orderly = bus(url, 'orderly', { topic: 'k/orderly/availability', payload: 'offline' });
  const lost = bus(url, 'lost', { topic: 'k/lost/availability', payload: 'offline' });
  await Promise.all([until(orderly, 'online'), until(lost, 'online')]);

  await orderly.close();
  // A second client of the same name: the broker throws the first out without a goodbye of its own.
  bus(url, 'lost');

  expect((await seen.count(1)).map((message) => message.topic)).toEqual(['k/lost/availability']);
});

test('a broker that speaks only 3.1.1 is understood, and its messages come without MQTT 5 properties', async () => {
  const { url } = await broker();
  // In front of our broker: refuses version 5 as brokers before 2019 do, and passes everything else on.
  const old = createServer((socket) => {
    socket.once('data', (first: Buffer) => {
      const level = first[first.indexOf('MQTT') + 4];
      if (level === 5) {
        socket.end(Buffer.from([0x20, 0x02, 0x00, 0x01]));
        return;
      }
      const onward = connectSocket(Number(new URL(url).port), '127.0.0.1');
      onward.write(first);
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
  }).listen(0, '127.0.0.1');
  await once(old, 'listening');
  open.push({ close: () => new Promise((resolve) => old.close(() => resolve())) });
  logged.length = 0;

  const device = bus(`mqtt://127.0.0.1:${(old.address() as AddressInfo).port}`, 'device');
  const commands = inbox(device, 'k/commands/+');
  await until(device, 'online');
  device.publish('k/commands/halt', '{}', { replyTo: 'answers', expirySeconds: 1 });

  expect((await commands.count(1))[0]).toMatchObject({ payload: '{}', retained: false, replyTo: null });
  expect(logged.filter((line) => Number(line['level']) >= 30)).toMatchObject([{ mqtt: '3.1.1' }]);
});

test('a response topic with a wildcard or of the broker itself is not answered', async () => {
  const { url } = await broker();
  const device = bus(url, 'device');
  const commands = inbox(device, 'k/commands/+');
  await until(device, 'online');
  device.publish('k/commands/halt', '{}', { replyTo: '$SYS/x' });
  expect((await commands.count(1))[0]?.replyTo).toBeNull();
});

test('two programs with one client id are told apart from a bad connection', async () => {
  const { url } = await broker();
  logged.length = 0;
  const [one, two] = [bus(url, 'same'), bus(url, 'same')];
  expect([one, two].map((each) => each.state())).toEqual(['offline', 'offline']);
  // Each throws the other out, until one of them gives way.
  await new Promise<void>((resolve) => {
    onLine = (line) => line['level'] === 50 && resolve();
  });
  expect(logged.at(-1)).toMatchObject({ level: 50, msg: expect.stringContaining('client id same') });
});

test('small packets are not held back: the socket has Nagle off on both ends', async () => {
  const { url } = await broker();
  const [device, commander] = [bus(url, 'device'), bus(url, 'commander')];
  const commands = inbox(device, 'k/commands/+');
  const answers = inbox(commander, 'k/results');
  device.subscribe('k/commands/+', () => device.publish('k/results', '{}'));
  await Promise.all([until(device, 'online'), until(commander, 'online')]);
  const tookMs: number[] = [];
  for (let exchange = 1; exchange <= 15; exchange++) {
    const startMs = performance.now();
    commander.publish('k/commands/halt', '{}');
    await answers.count(exchange);
    tookMs.push(performance.now() - startMs);
  }
  // With Nagle on either side and delayed acknowledgements every exchange takes 40 ms or 80 (Linux TCP_DELACK_MIN).
  expect(Math.min(...tookMs)).toBeLessThan(35);
  expect(commands.all).toHaveLength(15);
});
