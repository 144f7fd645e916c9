import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createVirtualClock, systemClock } from '../../../../drivers/base/index.ts';
import { openDatabase } from '../../../../services/orchestrator/store/database.ts';
import { migrate } from '../../../../services/orchestrator/store/migrations.ts';
import { createSqlEventLog } from '../../../../services/orchestrator/store/sql-event-log.ts';
import { StoreUnavailable, type SiteEvent } from '../../../../services/orchestrator/store/index.ts';
import { storeFolder } from './store-folder.ts';

const folder = storeFolder();
const database = openDatabase({
  place: { at: join(folder, 'events.db'), token: null, maxBytes: null },
  clock: systemClock,
});
await migrate(database);
afterAll(() => database.close());

const line = (number: number, change: Partial<SiteEvent> = {}): SiteEvent => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString(),
  kind: 'request',
  who: 'operator',
  origin: '127.0.0.1',
  subject: 'lift',
  what: 'POST /v1/drives/lift/commands/halt',
  outcome: '202',
  detail: { number },
  ...change,
});

/** Everything is written when this comes back. */
async function logged(lines: readonly SiteEvent[]): Promise<void> {
  await database.write([{ sql: 'DELETE FROM events' }]);
  const log = createSqlEventLog({ database, clock: systemClock });
  for (const one of lines) log.record(one);
  await log.close();
}
const reader = createSqlEventLog({ database, clock: systemClock });

test('lines are kept in the order they came, and the chain holds across a restart', async () => {
  await logged([line(1), line(2)]);
  const next = createSqlEventLog({ database, clock: systemClock });
  next.record(line(3));
  await next.close();

  const read = await reader.read({ limit: 10 });
  expect(read.map(({ seq, detail }) => [seq, detail['number']])).toEqual([
    [3, 3],
    [2, 2],
    [1, 1],
  ]);
  expect(await reader.verify()).toEqual({
    intact: true,
    lines: 3,
    head: { seq: 3, hash: read[0]!.hash },
    brokenAt: null,
  });
});

test.each([
  ['changed', "UPDATE events SET who = 'admin' WHERE seq = 3", 3],
  ['taken out', 'DELETE FROM events WHERE seq = 3', 4],
  ['given the hash of another', 'UPDATE events SET hash = (SELECT hash FROM events WHERE seq = 2) WHERE seq = 3', 3],
  ['moved', 'UPDATE events SET seq = 9 WHERE seq = 3', 4],
])('a line that was %s breaks the chain there', async (_what, sql, brokenAt) => {
  await logged([1, 2, 3, 4, 5].map((number) => line(number)));
  await database.write([{ sql }]);

  expect(await reader.verify()).toMatchObject({ intact: false, brokenAt });
});

test('the oldest lines may go: what is left still holds', async () => {
  await logged([1, 2, 3].map((number) => line(number)));
  await database.write([{ sql: 'DELETE FROM events WHERE seq = 1' }]);

  expect(await reader.verify()).toMatchObject({ intact: true, lines: 2 });
});

const found = async (question: object): Promise<unknown[]> =>
  (await reader.read({ limit: 10, ...question })).map(({ detail }) => detail['number']);

test('lines are found by time, subject, kind and page', async () => {
  await logged([line(1), line(2, { subject: 'door' }), line(3, { kind: 'event' }), line(4)]);

  expect(await found({ from: line(2).at, to: line(4).at })).toEqual([3, 2]);
  expect(await found({ subject: 'door' })).toEqual([2]);
  expect(await found({ kind: 'event' })).toEqual([3]);
  expect(await found({ before: 3, limit: 1 })).toEqual([2]);
});

test('while the store takes nothing lines wait; what does not fit is counted in a line of its own', async () => {
  await logged([]);
  const clock = createVirtualClock();
  let isFull = true;
  const log = createSqlEventLog({
    clock,
    database: {
      ...database,
      write: (statements) =>
        isFull ? Promise.reject(new StoreUnavailable('full', 'disk is full')) : database.write(statements),
    },
  });
  for (let number = 1; number <= 10_007; number++) log.record(line(number));
  await clock.advance(5000);
  expect(log.lost()).toBe(7);

  isFull = false;
  await clock.advance(5000);
  await log.close();
  const [oldest] = await reader.read({ limit: 1, before: 2 });
  expect(oldest?.detail).toEqual({ number: 1 });
  expect(await reader.read({ limit: 10, kind: 'gap' })).toMatchObject([{ detail: { lost: 7 } }]);
  expect(await reader.verify()).toMatchObject({ intact: true, lines: 10_001 });
});
