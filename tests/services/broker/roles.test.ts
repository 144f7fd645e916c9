import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Role, topicsOf } from '../../../services/contracts/index.ts';
import { guardedBroker, type GuardedBroker } from './bench.ts';

let broker: GuardedBroker;
const clients = new Map<string, MqttClient>();
beforeAll(async () => {
  broker = await guardedBroker();
  for (const role of Role.options)
    clients.set(role, await broker.client(broker.tokens.tokenOf(role), { protocolVersion: 5, clientId: role }));
});
afterAll(() => broker.close());

const refusedCode = 0x87;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** What the broker says to a publication: accepted, or an MQTT 5 reason code. */
async function publish(role: string, topic: string, responseTopic?: string): Promise<unknown> {
  const properties = responseTopic === undefined ? {} : { responseTopic };
  return clients
    .get(role)!
    .publishAsync(topic, '{}', { qos: 1, properties })
    .then(() => 'accepted', codeOf);
}

const all = ['viewer', 'operator', 'engineer', 'admin'];
const commanding = ['operator', 'engineer', 'admin'];
const site = ['admin'];
const nobody: string[] = [];
const topics = topicsOf('kmotion');

test.each([
  [topics.stopAll, all],
  [topics.driveCommand('left', 'stop'), all],
  [topics.groupCommand('lift', 'stop'), all],
  [topics.driveCommand('left', 'enable'), commanding],
  [topics.driveCommand('left', 'move-absolute'), commanding],
  [topics.driveCommand('left', 'stop/now'), commanding],
  [topics.driveCommand('stop', 'jog'), commanding],
  [topics.groupCommand('lift', 'move'), commanding],
  ['homeassistant/status', commanding],
  [topics.site, site],
  [topics.lineAvailability('bench'), site],
  [topics.driveAvailability('left'), site],
  [topics.driveInfo('left'), site],
  [topics.driveState('left'), site],
  [topics.driveEvent('left', 'fault-raised'), site],
  [topics.driveResults('left'), site],
  [topics.groupState('lift'), site],
  [topics.groupResults('lift'), site],
  ['homeassistant/device/trial-left/config', site],
  ['my/answers', site],
  ['kmotion', nobody],
  ['kmotion/anything', nobody],
  ['kmotion/stop/now', nobody],
  ['kmotion/drives/left/commands', nobody],
  ['kmotion/lines/bench/commands/stop', nobody],
  ['kmotion/drives/left/state/more', nobody],
  ['kmotion/drives//commands/stop', nobody],
])('%s may be published to by %j, and everybody else is told "not authorized"', async (topic, allowed) => {
  const said = await Promise.all(all.map(async (role) => [role, await publish(role, topic)]));

  expect(said).toEqual(all.map((role) => [role, allowed.includes(role) ? 'accepted' : refusedCode]));
});

test.each(all)('a %s may listen to the site, but not to the broker itself, which names every client', async (role) => {
  const client = clients.get(role)!;
  const granted = await client.subscribeAsync('kmotion/#', { qos: 1 });
  expect(granted[0]?.qos).toBe(1);
  const seen = new Promise((resolve) => client.once('message', (topic) => resolve(topic)));
  await publish('admin', topics.driveState('left'));
  expect(await seen).toBe('kmotion/drives/left/state');

  await expect(client.subscribeAsync('$SYS/#', { qos: 1 })).rejects.toThrow('Not authorized');
  await client.unsubscribeAsync('kmotion/#');
});

test.each([
  ['my/answers', 'accepted'],
  [topics.driveState('left'), refusedCode],
  [topics.driveCommand('left', 'enable'), refusedCode],
  ['homeassistant/device/trial-left/config', refusedCode],
  ['$SYS/x', refusedCode],
])('an answer to an operator may go to %s: %s (the drive sends it, with more rights)', async (responseTopic, said) => {
  expect(await publish('operator', topics.driveCommand('left', 'halt'), responseTopic)).toBe(said);
});

test("a viewer's will cannot speak for the site", async () => {
  const topic = topics.lineAvailability('forged');
  const liar = await broker.client(broker.tokens.tokenOf('viewer'), {
    protocolVersion: 5,
    will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  const listener = clients.get('viewer')!;
  const heard: string[] = [];
  listener.on('message', (where) => heard.push(where));
  await listener.subscribeAsync(['kmotion/lines/#', 'kmotion/site'], { qos: 1 });

  liar.stream.destroy();
  await expect.poll(() => broker.logged.map((line) => line['publishes'])).toContain(topic);
  await publish('admin', topics.site);

  await expect.poll(() => heard).toContain('kmotion/site');
  expect(heard).not.toContain(topic);
});

describe('who shows no token', () => {
  test.each([
    [5, null, 0x87],
    [5, 'guess', 0x86],
    [4, null, 5],
    [4, 'guess', 4],
  ] as const)('protocol %i with password %s is refused with code %i', async (protocolVersion, token, code) => {
    await expect(broker.client(token, { protocolVersion })).rejects.toMatchObject({ code });
  });

  test('not even the name of a role helps', async () => {
    await expect(broker.client('', { protocolVersion: 5, username: 'admin' })).rejects.toMatchObject({ code: 0x86 });
  });
});

test('a client of 3.1.1 is cut off when it publishes what it may not, for it cannot be told', async () => {
  const old = await broker.client(broker.tokens.tokenOf('viewer'), { protocolVersion: 4 });
  const isClosed = new Promise((resolve) => old.once('close', () => resolve('closed')));
  await old.publishAsync(topics.stopAll, '{}', { qos: 1 });
  old.publish(topics.driveCommand('left', 'enable'), '{}', { qos: 1 }, () => undefined);
  expect(await isClosed).toBe('closed');
});

test('a client that is refused again and again is one line of the log, which holds no token', async () => {
  const attempt = (): Promise<unknown> =>
    broker.client('a-secret-guess', { protocolVersion: 5, clientId: 'stubborn' }).catch(codeOf);
  for (let count = 0; count < 3; count++) expect(await attempt()).toBe(0x86);
  for (const topic of ['kmotion/a', 'kmotion/b']) await publish('engineer', topic);

  for (let count = 0; count < 3; count++) await broker.client('a-secret-guess', { clientId: '' }).catch(codeOf);

  const lines = (id: string): unknown[] => broker.logged.filter(({ client }) => client === id);
  expect(lines('stubborn')).toMatchObject([{ level: 40, reason: 'unknown token' }]);
  expect(lines('engineer')).toHaveLength(1);
  expect(
    lines('without an id').filter((line) => (line as { reason?: string }).reason === 'unknown token'),
  ).toHaveLength(1);
  const text = JSON.stringify(broker.logged);
  for (const secret of ['a-secret-guess', ...Role.options.map((role) => broker.tokens.tokenOf(role))])
    expect(text).not.toContain(secret);
});
