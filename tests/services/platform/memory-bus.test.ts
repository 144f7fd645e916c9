import { expect, test } from 'vitest';
import { createMemoryBus, type IncomingMessage, type MessageBus } from '../../../services/platform/bus/index.ts';

const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function inbox(bus: MessageBus, filter: string): IncomingMessage[] {
  const all: IncomingMessage[] = [];
  bus.subscribe(filter, (message) => all.push(message));
  return all;
}

test('messages come in the order of publishing and never inside the call that publishes', async () => {
  const broker = createMemoryBus();
  const [one, two] = [broker.bus('one'), broker.bus('two')];
  const seen = inbox(two, 'a/+');
  one.publish('a/x', '1');
  two.publish('a/y', '2');
  expect(seen).toEqual([]);
  await settle();
  expect(seen.map((message) => message.payload)).toEqual(['1', '2']);
});

test('what is retained meets a later subscriber, marked as retained, until it is cleared', async () => {
  const broker = createMemoryBus();
  const one = broker.bus('one');
  one.publish('info', 'here', { retain: true });
  const seen = inbox(broker.bus('two'), '#');
  await settle();
  expect(seen).toMatchObject([{ payload: 'here', retained: true }]);
  one.publish('info', '', { retain: true });
  const last = inbox(broker.bus('four'), '#');
  await settle();
  expect(last).toEqual([]);
});

test('a lost client leaves its will, one that closed does not', async () => {
  const broker = createMemoryBus();
  const seen = inbox(broker.bus('watcher'), '+/availability');
  broker.bus('a', { topic: 'a/availability', payload: 'offline' });
  const b = broker.bus('b', { topic: 'b/availability', payload: 'offline' });
  await b.close();
  broker.lose('a');
  broker.lose('b');
  await settle();
  expect(seen).toMatchObject([{ topic: 'a/availability', payload: 'offline', retained: true }]);
});

test('while the broker is away a publish is dropped and counted; when it is back, retained messages come again', async () => {
  const broker = createMemoryBus();
  const [one, two] = [broker.bus('one'), broker.bus('two')];
  const states: string[] = [];
  one.onState((state) => states.push(state));
  one.publish('info', 'kept', { retain: true });
  await settle();
  const seen = inbox(two, '#');
  await settle();
  broker.setOnline(false);
  one.publish('commands/move', '1');
  broker.setOnline(true);
  await settle();
  expect(states).toEqual(['online', 'offline', 'online']);
  expect([one.drops(), two.drops()]).toEqual([1, 0]);
  expect(seen.map((message) => message.topic)).toEqual(['info', 'info']);
});

test('who listens later hears a topic that came before, and who has left hears it no more', async () => {
  const broker = createMemoryBus();
  const [one, two] = [broker.bus('one'), broker.bus('two')];
  const wide = inbox(two, 'a/+');
  one.publish('a/x', '1');
  one.publish('b/x', '1');
  await settle();
  const other: string[] = [];
  const leave = two.subscribe('b/+', (message) => other.push(message.payload));
  one.publish('b/x', '2');
  await settle();
  leave();
  one.publish('b/x', '3');
  one.publish('a/x', '4');
  await settle();
  expect(other).toEqual(['2']);
  expect(wide.map((message) => message.payload)).toEqual(['1', '4']);
});

test('nothing is heard after the subscription was given back or the bus closed', async () => {
  const broker = createMemoryBus();
  const one = broker.bus('one');
  const seen: string[] = [];
  const stop = one.subscribe('a', (message) => seen.push(message.payload));
  one.publish('a', '1');
  await settle();
  stop();
  one.publish('a', '2');
  await settle();
  one.subscribe('b', (message) => seen.push(message.payload));
  one.publish('b', '3');
  await one.close();
  await settle();
  expect(seen).toEqual(['1']);
});

test('a filter that overlaps another one of the same bus is refused, because a broker may send such a message twice', () => {
  const bus = createMemoryBus().bus('one');
  bus.subscribe('k/drives/+/state', () => undefined);
  bus.subscribe('k/drives/+/state', () => undefined);
  bus.subscribe('k/drives/+/info', () => undefined);
  expect(() => bus.subscribe('k/drives/lift/state', () => undefined)).toThrow('overlaps k/drives/+/state');
  expect(() => bus.subscribe('k/#', () => undefined)).toThrow('overlaps');
});
