import { createHash } from 'node:crypto';
import type { LoggedEvent } from '../../contracts/index.ts';
import type { SiteEvent } from './event-log.ts';

/** What the first line of all follows. */
export const NOTHING_BEFORE = { seq: 0, hash: '0'.repeat(64) } as const;

export type Head = Pick<LoggedEvent, 'seq' | 'hash'>;

/** The events as the next lines after `head`. */
export function chain(head: Head, events: readonly SiteEvent[]): readonly LoggedEvent[] {
  const lines: LoggedEvent[] = [];
  let before = head;
  for (const event of events) {
    const line = { ...event, seq: before.seq + 1, previous: before.hash };
    before = { ...line, hash: hashOf(line) };
    lines.push({ ...line, hash: before.hash });
  }
  return lines;
}

/** The first line that does not follow `before`, or is not what its hash says; null when all hold. */
export function firstBreak(before: Head, lines: readonly LoggedEvent[]): number | null {
  let last = before;
  for (const line of lines) {
    const follows = line.seq === last.seq + 1 && line.previous === last.hash;
    if (!follows || line.hash !== hashOf(line)) return line.seq;
    last = line;
  }
  return null;
}

/** A list, because the order of an object's fields is nobody's promise. */
function hashOf(line: Omit<LoggedEvent, 'hash'>): string {
  const { seq, previous, at, kind, who, origin, subject, what, outcome, detail } = line;
  const text = JSON.stringify([seq, previous, at, kind, who, origin, subject, what, outcome, detail]);
  return createHash('sha256').update(text).digest('hex');
}
