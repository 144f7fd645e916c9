import type { Database } from './database.ts';
import type { JsonObject, RunStore, StoredRun } from './program-store.ts';

const SAVE = `INSERT INTO runs (id, program, program_version, is_finished, started_at, record) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET is_finished = excluded.is_finished, record = excluded.record`;
const SELECT = `SELECT id, program, program_version AS programVersion, is_finished AS isFinished,
  started_at AS startedAt, record FROM runs`;

type Row = Omit<StoredRun, 'isFinished' | 'record'> & { readonly isFinished: number; readonly record: string };

export function createSqlRuns(database: Database): RunStore {
  return {
    async save({ id, program, programVersion, isFinished, startedAt, record }) {
      const parameters = [id, program, programVersion, isFinished ? 1 : 0, startedAt, JSON.stringify(record)];
      await database.write([{ sql: SAVE, parameters }]);
    },
    async read(id) {
      const [row] = await database.read<Row>({ sql: `${SELECT} WHERE id = ?`, parameters: [id] });
      return row === undefined ? null : runIn(row);
    },
    async unfinished() {
      const sql = `${SELECT} WHERE is_finished = 0 ORDER BY started_at`;
      return (await database.read<Row>({ sql })).map(runIn);
    },
    async recent({ program = null, limit }) {
      const sql = `${SELECT} WHERE ?1 IS NULL OR program = ?1 ORDER BY started_at DESC LIMIT ?2`;
      return (await database.read<Row>({ sql, parameters: [program, limit] })).map(runIn);
    },
  };
}

const runIn = (row: Row): StoredRun => ({
  ...row,
  isFinished: row.isFinished === 1,
  record: JSON.parse(row.record) as JsonObject,
});
