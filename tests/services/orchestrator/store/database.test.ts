import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVirtualClock, systemClock } from '../../../../drivers/base/index.ts';
import { openDatabase } from '../../../../services/orchestrator/store/database.ts';
import { openStore, type DatabasePlace } from '../../../../services/orchestrator/store/index.ts';
import { storeFolder } from './store-folder.ts';

const folder = storeFolder();
const place = (name: string): DatabasePlace => ({ at: join(folder, name), token: null, maxBytes: null });
const program = { id: 'p', document: {}, savedAt: '2026-01-01T00:00:00.000Z', savedBy: null };

/** Processes that this one started and that have the file in their command line. */
const processesOf = (name: string): string[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(name))
    .map((line) => line.trim().split(' ')[0] ?? '');

test('what was written before the process was killed is there afterwards, and the next question starts another', async () => {
  const store = openStore({ place: place('killed.db'), clock: systemClock });
  await store.programs.save(program);
  process.kill(Number(processesOf('killed.db')[0]), 'SIGKILL');

  await expect(store.programs.read('p')).rejects.toMatchObject({ trouble: 'unreachable' });
  expect(await store.programs.read('p')).toMatchObject({ version: 1 });
  await store.close();
  expect(processesOf('killed.db')).toEqual([]);
});

test('a disk that hangs is given up after its time, and whoever waited is told', async () => {
  const clock = createVirtualClock();
  const database = openDatabase({ place: place('hung.db'), clock });
  await database.write([{ sql: 'CREATE TABLE t (a)' }]);
  process.kill(Number(processesOf('hung.db')[0]), 'SIGSTOP');

  const [told] = await Promise.all([
    database.read({ sql: 'SELECT 1' }).catch((error: unknown) => error),
    clock.advance(30_000),
  ]);
  expect(told).toMatchObject({ trouble: 'unreachable' });
  expect(await database.read({ sql: 'SELECT count(*) AS n FROM t' })).toEqual([{ n: 0 }]);
  await database.close();
});

test('of statements that belong together none is kept when one fails', async () => {
  const database = openDatabase({ place: place('atomic.db'), clock: systemClock });
  await database.write([{ sql: 'CREATE TABLE t (a UNIQUE)' }]);
  const twice = { sql: 'INSERT INTO t VALUES (?)', parameters: [null] };

  await expect(database.write([twice, { sql: 'INSERT INTO nowhere VALUES (1)' }])).rejects.toThrow('nowhere');
  expect(await database.read({ sql: 'SELECT count(*) AS n FROM t' })).toEqual([{ n: 0 }]);
  await database.close();
});

test('a full disk refuses to save, still reads, and takes programs again when there is room', async () => {
  const store = openStore({ place: place('full.db'), clock: systemClock });
  await store.programs.save(program);
  const big = { ...program, document: { text: 'x'.repeat(2_000_000) } };

  const full = openStore({ place: { ...place('full.db'), maxBytes: 200_000 }, clock: systemClock });
  await expect(full.programs.save(big)).rejects.toMatchObject({ trouble: 'full' });
  expect(full.state()).toMatchObject({ state: 'full' });
  expect(await full.programs.read('p')).toMatchObject({ version: 1 });
  expect(full.state()).toMatchObject({ state: 'full' });
  expect(await full.programs.save(program)).toMatchObject({ version: 2 });
  expect(full.state()).toEqual({ state: 'ok', reason: null });
  await Promise.all([store.close(), full.close()]);
});

test('a file that is no database is said to be damaged', async () => {
  writeFileSync(join(folder, 'damaged.db'), 'not a database, but long enough to be taken for one'.repeat(100));
  const store = openStore({ place: place('damaged.db'), clock: systemClock });

  await expect(store.programs.list()).rejects.toMatchObject({ trouble: 'damaged' });
  await store.close();
});

test('a store written by a newer version is refused, not changed', async () => {
  const database = openDatabase({ place: place('newer.db'), clock: systemClock });
  await database.write([
    { sql: 'CREATE TABLE migrations (number INTEGER PRIMARY KEY)' },
    { sql: 'INSERT INTO migrations VALUES (1000)' },
  ]);
  const store = openStore({ place: place('newer.db'), clock: systemClock });

  await expect(store.programs.list()).rejects.toThrow('newer kmotion');
  expect(await database.read({ sql: "SELECT name FROM sqlite_schema WHERE type = 'table'" })).toEqual([
    { name: 'migrations' },
  ]);
  await Promise.all([store.close(), database.close()]);
});
