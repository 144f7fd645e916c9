import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../time.ts';
import { StoreUnavailable, type StoreTrouble } from './store-unavailable.ts';

/** What SQLite keeps in a field; bytes come back as an ArrayBuffer. */
type SqlValue = string | number | Uint8Array | null;

/** Rows of the statements of one question; what is in a row, the statement says. */
type Rows<Row> = readonly (readonly Row[])[];

export interface SqlStatement {
  readonly sql: string;
  readonly parameters?: readonly SqlValue[];
}

/** A libSQL database, a file or a server, behind a process of its own: whoever waits for the disk, it is never this one. */
export interface Database {
  /** Writes all of them or none, in this order; the rows of each. @throws StoreUnavailable */
  write: <Row>(statements: readonly SqlStatement[]) => Promise<Rows<Row>>;
  /** Changes nothing and waits for no writer. @throws StoreUnavailable */
  read: <Row>(statement: SqlStatement) => Promise<readonly Row[]>;
  readonly close: () => Promise<void>;
}

export interface DatabasePlace {
  /** A file's path, or libsql:, http: or https: for a server. */
  readonly at: string;
  /** For a server that asks for one. */
  readonly token: string | null;
  /** The file grows no further: a full disk of its own before it fills the machine's. Null: as far as the disk goes. */
  readonly maxBytes: number | null;
}

interface DatabaseOptions {
  readonly place: DatabasePlace;
  readonly clock: Clock;
  /** A disk or a server that says nothing for so long is given up, and its process with it. */
  readonly answerWithinMs?: number;
}

const ANSWER_WITHIN_MS = 30_000;

/** Starts no process before the first question, and a new one after each that ended. */
export function openDatabase({ place, clock, answerWithinMs = ANSWER_WITHIN_MS }: DatabaseOptions): Database {
  let running: DatabaseProcess | null = null;
  const ask = async (question: Question): Promise<Rows<never>> => {
    if (running === null || running.hasEnded()) running = startProcess(place);
    const asked = running;
    const stopWaiting = clock.after(answerWithinMs, () => asked.kill(`did not answer within ${answerWithinMs} ms`));
    return asked.ask(question).finally(stopWaiting);
  };
  return {
    write: (statements) => ask({ isWrite: true, statements }),
    read: async (statement) => (await ask({ isWrite: false, statements: [statement] }))[0] ?? [],
    async close() {
      await running?.close();
    },
  };
}

interface Question {
  readonly isWrite: boolean;
  readonly statements: readonly SqlStatement[];
}

interface DatabaseProcess {
  ask(question: Question): Promise<Rows<never>>;
  hasEnded(): boolean;
  kill(reason: string): void;
  close(): Promise<void>;
}

/** `database-process.mjs` says the same in its first comment. */
type Answer =
  | { readonly id: number; readonly rows: Rows<never> }
  | { readonly id: number; readonly code: string; readonly detail: string };

interface Waiting {
  readonly resolve: (rows: Rows<never>) => void;
  readonly reject: (error: StoreUnavailable) => void;
}

function startProcess(place: DatabasePlace): DatabaseProcess {
  const child = spawnProcess(place);
  const waiting = new Map<number, Waiting>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let nextId = 0;
  let ended: StoreUnavailable | null = null;

  const end = (reason: string): void => {
    ended ??= new StoreUnavailable('unreachable', `${place.at}: ${reason}`);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  child.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(new StoreUnavailable(troubleOf(answer.code), `${place.at}: ${answer.detail}`));
  });
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(`its process ended (${signal ?? `exit code ${code}`})`));
  return {
    hasEnded: () => ended !== null,
    kill(reason) {
      end(reason);
      child.kill('SIGKILL');
    },
    ask: (question) =>
      new Promise((resolve, reject) => {
        nextId += 1;
        waiting.set(nextId, { resolve, reject });
        // Whether it was sent is told by the answer, or by the process's end.
        child.send({ id: nextId, ...question }, () => undefined);
      }),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function spawnProcess({ at, token, maxBytes }: DatabasePlace): ChildProcess {
  return fork(fileURLToPath(new URL('./database-process.mjs', import.meta.url)), [at, String(maxBytes ?? 0)], {
    execArgv: [],
    // Carries bytes as they are; JSON would write each blob as a list of numbers.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...(token !== null && { KMOTION_STORE_TOKEN: token }) },
  });
}

/** SQLite's result codes (sqlite.org/rescode.html); what is not named here is a place that cannot be reached. */
function troubleOf(code: string): StoreTrouble {
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE') return 'full';
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') return 'damaged';
  return 'unreachable';
}
