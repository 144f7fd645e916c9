import type { Clock } from '../time.ts';
import type { Database, SqlStatement } from './database.ts';
import type { ChainReport, LoggedEvent } from '../../contracts/index.ts';
import type { EventLog, EventQuestion } from './event-log.ts';
import { EventWriter } from './event-writer.ts';
import { firstBreak, type Head } from './hash-chain.ts';

const LINES_A_READ = 2000;

const FIELDS = 'seq, at, kind, who, origin, subject, what, outcome, detail, previous, hash';
const READ = `SELECT ${FIELDS} FROM events WHERE (?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at < ?2)
  AND (?3 IS NULL OR subject = ?3) AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR seq < ?5)
  ORDER BY seq DESC LIMIT ?6`;
const READ_CHAIN = `SELECT ${FIELDS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`;

type Row = Omit<LoggedEvent, 'detail'> & { readonly detail: string };

export function createSqlEventLog(parts: { readonly database: Database; readonly clock: Clock }): EventLog {
  const { database } = parts;
  const writer = new EventWriter(parts);
  return {
    record: (event) => writer.add(event),
    read: async (question) => (await database.read<Row>(reading(question))).map(eventIn),
    verify: () => verify(database),
    lost: () => writer.lost,
    close: () => writer.close(),
  };
}

const reading = ({ from, to, subject, kind, before, limit }: EventQuestion): SqlStatement => ({
  sql: READ,
  parameters: [from ?? null, to ?? null, subject ?? null, kind ?? null, before ?? null, limit],
});

const eventIn = (row: Row): LoggedEvent => ({ ...row, detail: JSON.parse(row.detail) as LoggedEvent['detail'] });

/** In pieces, so that a long log is no long turn. The oldest line kept is the anchor of those after it. */
async function verify(database: Database): Promise<ChainReport> {
  let head: Head | null = null;
  let lines = 0;
  for (;;) {
    const read = await linesAfter(database, head);
    const [first] = read;
    if (first === undefined) return { intact: true, lines, head, brokenAt: null };
    const brokenAt = firstBreak(head ?? { seq: first.seq - 1, hash: first.previous }, read);
    lines += read.length;
    if (brokenAt !== null) return { intact: false, lines, head, brokenAt };
    const { seq, hash } = read.at(-1) ?? first;
    head = { seq, hash };
  }
}

async function linesAfter(database: Database, head: Head | null): Promise<readonly LoggedEvent[]> {
  const rows = await database.read<Row>({ sql: READ_CHAIN, parameters: [head?.seq ?? 0, LINES_A_READ] });
  return rows.map(eventIn);
}
