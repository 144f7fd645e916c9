import type { Clock } from '../time.ts';
import type { Database, SqlStatement } from './database.ts';
import type { LoggedEvent } from '../../contracts/index.ts';
import type { SiteEvent } from './event-log.ts';
import { chain, NOTHING_BEFORE, type Head } from './hash-chain.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Lines that wait for a disk before the newest are dropped: minutes of a busy site, a few megabytes. */
const MOST_WAITING = 10_000;
const LINES_A_WRITE = 500;
/** The oldest go when there are more; some 200 MB. The chain holds from the oldest that is left. */
const MOST_LINES = 500_000;
const RETRY_AFTER_MS = 5000;

const WRITE = `INSERT INTO events (seq, at, kind, who, origin, subject, what, outcome, detail, previous, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const FORGET = 'DELETE FROM events WHERE seq <= ?';

/** Writes events behind: one write at a time, and in it whatever came during the last one. */
export class EventWriter {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #waiting: SiteEvent[] = [];
  #writing: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  /** Lost lines that no line tells of yet. */
  #untold = 0;
  #lost = 0;

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database;
    this.#clock = clock;
  }

  get lost(): number {
    return this.#lost;
  }

  add(event: SiteEvent): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1;
      this.#untold += 1;
      return;
    }
    this.#waiting.push(event);
    if (this.#cancelRetry === null) void this.#write();
  }

  async close(): Promise<void> {
    await this.#write();
    this.#cancelRetry?.();
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
      if (this.#cancelRetry === null && this.#waiting.length > 0) void this.#write();
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    try {
      while (this.#waiting.length > 0) await this.#writeSome();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // Whether the write was kept after all is not known: a line twice is better than none.
      this.#cancelRetry = this.#clock.after(RETRY_AFTER_MS, () => void this.#write());
    }
  }

  async #writeSome(): Promise<void> {
    // Read each time: of two orchestrators now one writes, now the other.
    const head = await readHead(this.#database);
    const taken = this.#waiting.slice(0, LINES_A_WRITE);
    const told = this.#untold;
    const lines = chain(head, told === 0 ? taken : [...taken, gap(told, taken.at(-1))]);
    const forget = { sql: FORGET, parameters: [head.seq - MOST_LINES] };
    await this.#database.write([...lines.map(insert), forget]);
    this.#waiting.splice(0, taken.length);
    this.#untold -= told;
  }
}

async function readHead(database: Database): Promise<Head> {
  const [newest] = await database.read<Head>({ sql: 'SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1' });
  return newest ?? NOTHING_BEFORE;
}

const insert = (line: LoggedEvent): SqlStatement => {
  const { seq, at, kind, who, origin, subject, what, outcome, detail, previous, hash } = line;
  const parameters = [seq, at, kind, who, origin, subject, what, outcome, JSON.stringify(detail), previous, hash];
  return { sql: WRITE, parameters };
};

const gap = (lost: number, last: SiteEvent | undefined): SiteEvent => ({
  at: last?.at ?? '',
  kind: 'gap',
  who: null,
  origin: null,
  subject: 'site',
  what: 'lines were lost while the store took none',
  outcome: null,
  detail: { lost },
});
