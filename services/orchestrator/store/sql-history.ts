import type { Clock } from '../time.ts';
import type { Sample, Summary } from './channels.ts';
import { between, columnsOf, joined, part, stretchesIn, type Columns } from './columns.ts';
import type { Database, SqlStatement } from './database.ts';
import type { History, HistoryAnswer, HistoryQuestion } from './history.ts';
import { chooseLevel, LEVELS } from './levels.ts';
import { decodeChunk, encodeChunk } from './sample-chunk.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import { summarise } from './summarise.ts';
import {
  FORGET_SAMPLES,
  FORGET_SUMMARIES,
  readSummaries,
  summaryIn,
  summaryParameters,
  WRITE_SUMMARY,
  type SummaryRow,
} from './summary-sql.ts';

const { raw, fine, middle, coarse } = LEVELS;
const SUMMARIES = [fine, middle, coarse];

/** After the end of a stretch its last samples may still be under way from a device process. */
const LATE_MS = 500;

/** Chunks decoded before others get their turn: some tenths of a millisecond. */
const CHUNKS_A_TURN = 20;

const WRITE_CHUNK = 'INSERT OR REPLACE INTO samples (drive, at, chunk) VALUES (?, ?, ?)';
const READ_CHUNKS = 'SELECT chunk FROM samples WHERE drive = ? AND at >= ? AND at < ? ORDER BY at';

export function createSqlHistory({ database, clock }: { readonly database: Database; readonly clock: Clock }): History {
  let pending = new Map<string, Sample[]>();
  let lost = 0;
  let forgotAtMs = 0;
  let writing: Promise<void> = Promise.resolve();
  let cancel: (() => void) | null = null;

  /** One write at a time: while it waits for the disk, samples wait in memory; when it fails, they are counted and gone. */
  const flush = async (): Promise<void> => {
    const taken = pending;
    if (taken.size === 0) return;
    pending = new Map();
    try {
      const statements = await Promise.all([...taken].map(([drive, samples]) => statementsFor(drive, samples)));
      await database.write(statements.flat());
      const nowMs = clock.unixMs();
      if (nowMs - forgotAtMs < coarse.eachMs) return;
      await database.write(forget(nowMs));
      forgotAtMs = nowMs;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      for (const samples of taken.values()) lost += samples.length;
    }
  };
  const arm = (): void => {
    const untilEndMs = fine.eachMs - (clock.unixMs() % fine.eachMs);
    cancel = clock.after(untilEndMs + LATE_MS, () => {
      writing = flush().finally(arm);
    });
  };
  arm();
  return {
    append(drive, sample) {
      const samples = pending.get(drive);
      if (samples === undefined) pending.set(drive, [sample]);
      else if (sample.atMs > (samples.at(-1)?.atMs ?? 0)) samples.push(sample);
    },
    read: (question) => read(database, question, clock.unixMs()),
    lost: () => lost,
    async close() {
      cancel?.();
      await writing;
      cancel?.();
      await flush();
    },
  };
}

/** A chunk for each fine stretch that the samples touch, and what they add to the summaries. */
async function statementsFor(drive: string, samples: readonly Sample[]): Promise<SqlStatement[]> {
  const columns = columnsOf(samples);
  const chunks = stretchesIn(columns, { fromMs: 0, eachMs: fine.eachMs }).map(async ({ from, to }) => ({
    sql: WRITE_CHUNK,
    parameters: [drive, columns.atMs[from] ?? 0, await encodeChunk(part(columns, from, to))],
  }));
  const summaries = SUMMARIES.flatMap(({ eachMs }) =>
    summarise(columns, { fromMs: 0, eachMs }).map((summary) => ({
      sql: WRITE_SUMMARY,
      parameters: summaryParameters(drive, eachMs, summary),
    })),
  );
  return [...(await Promise.all(chunks)), ...summaries];
}

/** Forgets what has had its time. */
function forget(nowMs: number): SqlStatement[] {
  const summaries = SUMMARIES.map(({ eachMs, keptMs }) => ({
    sql: FORGET_SUMMARIES,
    parameters: [eachMs, nowMs - keptMs],
  }));
  return [{ sql: FORGET_SAMPLES, parameters: [nowMs - raw.keptMs] }, ...summaries];
}

async function read(database: Database, question: HistoryQuestion, nowMs: number): Promise<HistoryAnswer> {
  const { drive, toMs, channels } = question;
  const { level, fromMs, eachMs } = chooseLevel({ ...question, nowMs });
  if (level === 'raw') return { eachMs, summaries: await readSamples(database, question, eachMs) };
  const rows = await database.read<SummaryRow>({
    sql: readSummaries(channels),
    parameters: [drive, LEVELS[level].eachMs, fromMs, toMs, eachMs],
  });
  return { eachMs, summaries: rows.map(summaryIn) };
}

async function readSamples(
  database: Database,
  { drive, fromMs, toMs, channels }: HistoryQuestion,
  eachMs: number,
): Promise<readonly Summary[]> {
  const parameters = [drive, fromMs - fine.eachMs, toMs];
  const rows = await database.read<{ chunk: ArrayBuffer }>({ sql: READ_CHUNKS, parameters });
  const parts: Columns[] = [];
  for (let done = 0; done < rows.length; done += CHUNKS_A_TURN) {
    parts.push(...rows.slice(done, done + CHUNKS_A_TURN).map(({ chunk }) => decodeChunk(chunk, channels)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return summarise(between(joined(parts), fromMs, toMs), { fromMs, eachMs });
}
