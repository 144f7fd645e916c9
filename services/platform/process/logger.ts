import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

interface LoggerOptions {
  readonly name: string;
  readonly level?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the lines go, and whether a person reads them; standard error by default. */
  readonly output?: { write(line: string): void; readonly isTTY?: boolean };
}

/** Secrets never reach a log, whatever object they hang on. */
const secrets = ['password', 'token', 'authorization', 'cookie', 'key'];
const redact = { paths: secrets.flatMap((word) => [word, `*.${word}`, `*.*.${word}`]), censor: '(hidden)' };

/** One event, one line, on standard error: JSON for machines, a short line on a terminal (unless KMOTION_LOG=json). */
export function createLogger(options: LoggerOptions): Logger {
  const environment = options.environment ?? process.env;
  const level = options.level ?? environment['KMOTION_LOG_LEVEL'] ?? 'info';
  const settings = { name: options.name, level, redact, base: {}, timestamp: pino.stdTimeFunctions.isoTime };
  const output = options.output ?? process.stderr;
  const isForPeople = output.isTTY === true && environment['KMOTION_LOG'] !== 'json';
  if (isForPeople) return pino(settings, { write: (line) => void output.write(prettyLine(line)) });
  // Synchronous, so that the last line before an exit is not lost; pino ignores a reader that has gone away.
  const json: DestinationStream = options.output ?? pino.destination({ dest: 2, sync: true });
  return pino(settings, json);
}

const quiet = new Set(['level', 'time', 'name', 'msg', 'err', 'pid', 'hostname']);
const levelWords: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: '',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** A JSON log line as a person reads it: `20:44:00.123 WARN device: message key=value`. What is no JSON stays as it is. */
export function prettyLine(line: string): string {
  const entry = parseEntry(line);
  if (entry === null) return line;
  const fields = Object.entries(entry)
    .filter(([key]) => !quiet.has(key))
    .map(([key, value]) => `${key}=${textOf(value)}`);
  const time = textOf(entry['time']).slice(11, 23);
  const word = levelWords[Number(entry['level'])] ?? '';
  const head = [time, word, `${textOf(entry['name'])}:`, textOf(entry['msg']), ...fields];
  return `${head.filter((part) => part !== '').join(' ')}${stackOf(entry['err'])}\n`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function parseEntry(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'level' in entry ? { ...entry } : null;
  } catch {
    return null;
  }
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `\n${String(error.stack)}`;
}
