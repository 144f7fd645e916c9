// The process that owns the database. A process of its own, because a disk that hangs or a native library that aborts must
// not take the orchestrator, which stops motors, with it. Plain JavaScript, because Node itself loads its first file, from
// the sources as from the built program. It knows SQL and nothing of what is stored.
//   started with: path or URL, greatest size in bytes or 0; the token of a server is in KMOTION_STORE_TOKEN
//   in:  { id, isWrite, statements: [{ sql, parameters? }] }
//   out: { id, rows: [[row]] }  or  { id, code, detail }
// It ends when its parent closes the channel or dies.
import Libsql from 'libsql';

const at = process.argv[2] ?? '';
const maxBytes = Number(process.argv[3] ?? 0);
const isServer = /^(libsql|https?|wss?):/.test(at);
/** SQLite's own choice (sqlite.org/pragma.html#pragma_page_size). */
const PAGE_BYTES = 4096;

/** @type {Libsql.Database | null} */
let database = null;
/** @type {Map<string, Libsql.Statement>} */
const prepared = new Map();

/** Opened by the first question, so that a place which is not there now can be asked again later. */
function open() {
  if (database !== null) return database;
  const opened = isServer
    ? new Libsql(at, { authToken: process.env['KMOTION_STORE_TOKEN'] ?? '' })
    : new Libsql(at, { timeout: 5000 });
  if (!isServer) {
    // A reader never waits for the writer, and what was answered survives a loss of power.
    opened.exec('PRAGMA journal_mode = WAL');
    opened.exec('PRAGMA synchronous = FULL');
    if (maxBytes > 0) opened.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
  }
  database = opened;
  return opened;
}

function rowsOf({ sql, parameters = [] }) {
  const statement = prepared.get(sql) ?? open().prepare(sql);
  prepared.set(sql, statement);
  // Always one list: a lone null given as an argument of its own makes libsql 0.5.29 abort the process.
  if (!statement.reader) {
    statement.run(parameters);
    return [];
  }
  // libsql adds a field of its own to each row.
  return statement.all(parameters).map(({ _metadata, ...row }) => row);
}

function transact(statements) {
  open().exec('BEGIN IMMEDIATE');
  try {
    const rows = statements.map(rowsOf);
    open().exec('COMMIT');
    return rows;
  } catch (error) {
    // SQLite has rolled back by itself when the disk is full (sqlite.org/lang_transaction.html, 2.2).
    if (open().inTransaction) open().exec('ROLLBACK');
    throw error;
  }
}

// A parent that has died meanwhile hears no answer; `disconnect` follows.
const answer = (message) => process.send(message, () => undefined);

process.on('message', ({ id, isWrite, statements }) => {
  try {
    answer({ id, rows: isWrite ? transact(statements) : statements.map(rowsOf) });
  } catch (error) {
    answer({ id, code: error.code ?? '', detail: error.message });
  }
});
process.on('disconnect', () => {
  database?.close();
});
// Ctrl-C in a terminal reaches this process too; its parent decides when it ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
