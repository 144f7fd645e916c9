import { expect, test } from 'vitest';
import { nextBackOff } from '../../../services/supervisor/back-off.ts';
import { supervisePart, type PartEvent } from '../../../services/supervisor/supervised-part.ts';
import { part, playedProcesses } from './launched.ts';

test('a process that keeps dying is started again after 250 ms, doubling to 10 s', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7].reduce<number[]>((all) => [...all, nextBackOff(all.at(-1) ?? 0, 100)], []);

  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('after 30 s of life the next death is a new story', () => {
  expect(nextBackOff(8000, 29_999)).toBe(10_000);
  expect(nextBackOff(8000, 30_000)).toBe(250);
});

test('a part that dies comes back, and is reported as ready again', async () => {
  const { clock, launch, started } = playedProcesses();
  const events: PartEvent[] = [];
  supervisePart(part('line bench'), { clock, launch, report: (event) => events.push(event) }).start();
  started[0]?.ready({ url: 'http://a' });

  started[0]?.dies('SIGKILL');
  await clock.advance(249);
  expect(started).toHaveLength(1);
  await clock.advance(1);
  started[1]?.ready({ url: 'http://b' });

  expect(started).toHaveLength(2);
  expect(events).toMatchObject([
    { kind: 'ready', again: false, facts: { url: 'http://a' } },
    { kind: 'died', how: 'SIGKILL', restartMs: 250 },
    { kind: 'ready', again: true, facts: { url: 'http://b' } },
  ]);
});

test('a part that never was ready is not started again: it has said why', async () => {
  const { clock, launch, started } = playedProcesses();
  const events: PartEvent[] = [];
  supervisePart(part('orchestrator'), { clock, launch, report: (event) => events.push(event) }).start();

  started[0]?.dies('exit code 1');
  await clock.advance(60_000);

  expect(started).toHaveLength(1);
  expect(events).toMatchObject([{ kind: 'failed', how: 'exit code 1' }]);
});

test('a part that does not end by itself is killed after the limit', async () => {
  const { clock, launch, started } = playedProcesses((process, signal) => {
    if (signal === 'SIGKILL') process.dies('SIGKILL');
  });
  const supervised = supervisePart(part('broker'), { clock, launch, report: () => undefined });
  supervised.start();
  started[0]?.ready();

  const stopped = supervised.stop(6000);
  await clock.advance(6000);
  await stopped;

  expect(started[0]?.signals).toEqual(['SIGTERM at 0', 'SIGKILL at 6000']);
});

test('a part that waits to be started again is not started after stop', async () => {
  const { clock, launch, started } = playedProcesses();
  const supervised = supervisePart(part('broker'), { clock, launch, report: () => undefined });
  supervised.start();
  started[0]?.ready();
  started[0]?.dies('SIGSEGV');

  await supervised.stop(6000);
  await clock.advance(60_000);

  expect(started).toHaveLength(1);
});
