import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom, systemClock, type Clock } from '../../../drivers/base/index.ts';
import { connectMessageBus } from '../../../services/platform/bus/index.ts';
import { brokerLogin } from '../../../services/platform/doors/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { guardedBroker, type GuardedBroker } from './bench.ts';

let broker: GuardedBroker;
beforeEach(async () => {
  broker = await guardedBroker();
});
afterEach(() => broker.close());

const embedded = { url: 'embedded', username: null, password: null };

test('a process of the site with a wrong token says so in one line and asks again, ever slower', async () => {
  const lines: { level: number; msg: string }[] = [];
  const pausesMs: number[] = [];
  const hurried: Clock = {
    ...systemClock,
    after(delayMs, act) {
      pausesMs.push(delayMs);
      return systemClock.after(5, act);
    },
  };
  const bus = connectMessageBus({
    url: broker.url,
    clientId: 'device',
    username: 'admin',
    password: 'of another site',
    clock: hurried,
    random: seededRandom(1),
    logger: createLogger({
      name: 'device',
      output: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
    }),
  });

  await expect.poll(() => pausesMs.length, { timeout: 5000 }).toBeGreaterThan(7);
  bus.publish('kmotion/drives/left/state', '{}');

  expect(bus.state()).toBe('offline');
  expect(bus.drops()).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.msg).toMatch(/broker mqtt:\/\/127\.0\.0\.1:\d+ does not let this program in: check its .*token/);
  expect(pausesMs[6]).toBeGreaterThan(8 * (pausesMs[0] ?? 0));
  await bus.close();
});

test('the processes of a site come in with the admin token of its file; another broker is shown what the site file sets', async () => {
  const { username, password } = brokerLogin(embedded, broker.tokens);
  expect((await broker.client(password, { username: username ?? '', protocolVersion: 5 })).connected).toBe(true);

  expect(brokerLogin(embedded, null)).toEqual({ username: null, password: null });
  const other = { url: 'mqtt://10.0.0.5', username: 'site', password: 'secret' };
  expect(brokerLogin(other, broker.tokens)).toEqual({ username: 'site', password: 'secret' });
});

test('what the broker does not take is counted as dropped', async () => {
  const bus = connectMessageBus({
    url: broker.url,
    clientId: 'device',
    password: broker.tokens.tokenOf('operator'),
    username: 'operator',
    clock: systemClock,
    random: seededRandom(1),
    logger: createLogger({ name: 'device', output: { write: () => undefined } }),
  });
  await new Promise<void>((resolve) => bus.onState((state) => state === 'online' && resolve()));

  bus.publish('kmotion/drives/left/commands/halt', '{}');
  bus.publish('kmotion/drives/left/state', '{}');

  await expect.poll(() => bus.drops()).toBe(1);
  await bus.close();
});
