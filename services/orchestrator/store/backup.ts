import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { StartError } from '../../platform/process/index.ts';
import type { ChainReport } from '../../contracts/index.ts';
import type { Clock } from '../time.ts';
import { openDatabase, type Database, type DatabasePlace } from './database.ts';
import { migrate } from './migrations.ts';
import { createSqlEventLog } from './sql-event-log.ts';
import { StoreUnavailable } from './store-unavailable.ts';

interface Parts {
  readonly place: DatabasePlace;
  readonly clock: Clock;
}

/** Copying a year of a large site takes minutes; nobody else waits for it. */
const COPIED_WITHIN_MS = 3_600_000;

/**
 * The whole store as one file, as it was at one instant; a site that runs goes on meanwhile.
 * @throws StartError when there is a file already, or the store is a server's; StoreUnavailable
 */
export async function backUpStore({ place, clock }: Parts, file: string): Promise<void> {
  mustBeFile(place);
  if (!(await isThere(place.at))) throw new StartError(`there is no store ${place.at}: nothing was kept yet`);
  if (await isThere(file)) throw new StartError(`${file} is there already: name a new file`);
  // VACUUM INTO reads one snapshot and writes a file without gaps (sqlite.org/lang_vacuum.html#vacuuminto).
  await using(openDatabase({ place, clock, answerWithinMs: COPIED_WITHIN_MS }), (database) =>
    database.read({ sql: 'VACUUM INTO ?', parameters: [file] }),
  );
}

/**
 * Puts a backup in the place of the store; what was there is kept beside it as `.replaced`.
 * @throws StartError when the store is in use, or the file is no whole backup; StoreUnavailable
 */
export async function restoreStore({ place, clock }: Parts, file: string): Promise<void> {
  mustBeFile(place);
  const draft = `${place.at}.draft`;
  await copyFile(file, draft);
  try {
    await mustBeWhole({ place: { ...place, at: draft }, clock }, file);
    if (await isThere(place.at)) await setAside({ place, clock });
    await flush(draft);
    await rename(draft, place.at);
  } finally {
    for (const left of ['', '-wal', '-shm']) await rm(draft + left, { force: true });
  }
}

/** Whether the event log is as it was written. @throws StoreUnavailable */
export async function auditStore({ place, clock }: Parts): Promise<ChainReport> {
  return using(openDatabase({ place, clock }), async (database) => {
    await migrate(database);
    return createSqlEventLog({ database, clock }).verify();
  });
}

async function mustBeWhole(parts: Parts, file: string): Promise<void> {
  try {
    await using(openDatabase({ ...parts, answerWithinMs: COPIED_WITHIN_MS }), async (database) => {
      const [found] = await database.read<{ integrity_check: string }>({ sql: 'PRAGMA integrity_check' });
      if (found?.integrity_check !== 'ok') throw new StartError(`${file} is damaged: ${found?.integrity_check}`);
      const tables = await database.read({ sql: "SELECT 1 FROM sqlite_schema WHERE name = 'migrations'" });
      if (tables.length === 0) throw new StartError(`${file} is no backup of a store`);
      await migrate(database);
      await leaveOneFile(database);
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new StartError(`${file} cannot be restored: ${error.message}`);
    throw error;
  }
}

async function setAside(parts: Parts): Promise<void> {
  const { at } = parts.place;
  try {
    await using(openDatabase(parts), leaveOneFile);
  } catch (error) {
    if (error instanceof StoreUnavailable)
      throw new StartError(`${at} is in use: stop the site first (${error.message})`);
    throw error;
  }
  await rename(at, `${at}.replaced`);
}

/** Only the last one who has a database open can take it out of WAL mode (sqlite.org/wal.html): a check and a tidying in one. */
const leaveOneFile = (database: Database): Promise<unknown> => database.read({ sql: 'PRAGMA journal_mode = DELETE' });

async function using<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function mustBeFile({ at }: DatabasePlace): void {
  if (/^(libsql|https?):/.test(at))
    throw new StartError(
      `the store is on a server (${at}): back it up and restore it there, by the server's own means`,
    );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
