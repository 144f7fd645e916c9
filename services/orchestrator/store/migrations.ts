import type { Database } from './database.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Of the summaries, as they were when their second layout came. */
const CHANNELS_THEN = ['position', 'velocity', 'followingError', 'torque', 'temperature', 'supplyVoltage'];
const minuteOf = (channel: string): string =>
  `min(${channel}_min), max(${channel}_max),
   sum(${channel}_mean * count) / nullif(sum(iif(${channel}_mean IS NULL, 0, count)), 0)`;

/** How the database came to look as it does. Numbered by place, only ever added to: files of every age are out there. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE programs (
       id TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
       saved_at TEXT NOT NULL, saved_by TEXT, is_removed INTEGER NOT NULL DEFAULT 0,
       PRIMARY KEY (id, version)) STRICT`,
    `CREATE TABLE runs (
       id TEXT PRIMARY KEY, program TEXT NOT NULL, program_version INTEGER NOT NULL,
       is_finished INTEGER NOT NULL, started_at TEXT NOT NULL, record TEXT NOT NULL) STRICT`,
    'CREATE INDEX runs_unfinished ON runs (started_at) WHERE is_finished = 0',
    'CREATE INDEX runs_by_start ON runs (started_at)',
  ],
  [
    `CREATE TABLE summaries (
       drive TEXT NOT NULL, each_ms INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,
       position_min REAL, position_max REAL, position_mean REAL,
       velocity_min REAL, velocity_max REAL, velocity_mean REAL,
       followingError_min REAL, followingError_max REAL, followingError_mean REAL,
       torque_min REAL, torque_max REAL, torque_mean REAL,
       temperature_min REAL, temperature_max REAL, temperature_mean REAL,
       supplyVoltage_min REAL, supplyVoltage_max REAL, supplyVoltage_mean REAL,
       PRIMARY KEY (drive, each_ms, at)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE samples (drive TEXT NOT NULL, at INTEGER NOT NULL, chunk BLOB NOT NULL,
       PRIMARY KEY (drive, at)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE events (
       seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, who TEXT, origin TEXT, subject TEXT NOT NULL,
       what TEXT NOT NULL, outcome TEXT, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT`,
    'CREATE INDEX events_by_time ON events (at)',
    'CREATE INDEX events_by_subject ON events (subject, seq)',
  ],
  // summaries of a minute beside those of ten seconds and of ten minutes
  [
    `INSERT INTO summaries SELECT drive, 60000, at / 60000 * 60000, sum(count), ${CHANNELS_THEN.map(minuteOf).join(', ')}
     FROM summaries WHERE each_ms = 10000 GROUP BY drive, at / 60000`,
  ],
];

/** Brings an older database up to what this program expects. @throws StoreUnavailable also for a newer one */
export async function migrate(database: Database): Promise<void> {
  await database.write([{ sql: 'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY) STRICT' }]);
  const [found] = await database.read<{ number: number }>({
    sql: 'SELECT coalesce(max(number), 0) AS number FROM migrations',
  });
  const done = found?.number ?? 0;
  if (done > MIGRATIONS.length) throw newerThanThis(done);
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index >= done) await database.write([...statements.map((sql) => ({ sql })), numbered(index + 1)]);
  }
}

const numbered = (number: number): { sql: string; parameters: number[] } => ({
  sql: 'INSERT INTO migrations (number) VALUES (?)',
  parameters: [number],
});

const newerThanThis = (found: number): StoreUnavailable =>
  new StoreUnavailable(
    'damaged',
    `the store was written by a newer kmotion (its layout is ${found}, this one knows ${MIGRATIONS.length}): ` +
      'use that version, or restore a backup of this one.',
  );
