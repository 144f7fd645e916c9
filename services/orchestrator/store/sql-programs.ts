import type { Database } from './database.ts';
import type { JsonObject, ProgramStore, StoredProgram } from './program-store.ts';

const COLUMNS = 'id, version, document, saved_at AS savedAt, saved_by AS savedBy';

type Row = Omit<StoredProgram, 'document'> & { readonly document: string };

const SAVE = `INSERT INTO programs (id, version, document, saved_at, saved_by)
  VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM programs WHERE id = ?1), ?2, ?3, ?4) RETURNING ${COLUMNS}`;
const NEWEST = `SELECT ${COLUMNS} FROM programs AS p
  WHERE is_removed = 0 AND version = (SELECT max(version) FROM programs WHERE id = p.id)`;
const REMOVE = `UPDATE programs SET is_removed = 1
  WHERE id = ?1 AND is_removed = 0 AND version = (SELECT max(version) FROM programs WHERE id = ?1) RETURNING id`;

export function createSqlPrograms(database: Database): ProgramStore {
  return {
    async list() {
      return (await database.read<Row>({ sql: `${NEWEST} ORDER BY id` })).map(programIn);
    },
    async read(id, version) {
      const one =
        version === undefined
          ? { sql: `${NEWEST} AND id = ?`, parameters: [id] }
          : { sql: `SELECT ${COLUMNS} FROM programs WHERE id = ? AND version = ?`, parameters: [id, version] };
      const [row] = await database.read<Row>(one);
      return row === undefined ? null : programIn(row);
    },
    async save({ id, document, savedAt, savedBy }) {
      const parameters = [id, JSON.stringify(document), savedAt, savedBy];
      const [row] = (await database.write<Row>([{ sql: SAVE, parameters }])).flat();
      if (row === undefined) throw new Error(`program ${id} was inserted and its row not returned`);
      return programIn(row);
    },
    async remove(id) {
      return (await database.write([{ sql: REMOVE, parameters: [id] }])).flat().length > 0;
    },
  };
}

const programIn = (row: Row): StoredProgram => ({ ...row, document: JSON.parse(row.document) as JsonObject });
