import { beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../drivers/base/index.ts';
import type { LedgerEntry } from '../../../simulator/ledger.ts';
import { MotionStory } from './motion-story.ts';
import { OrderBook, type Order } from './order-book.ts';
import { judge, type Breach, type Verdict } from './verdict.ts';

// The oracle itself: each kind of breach must be seen, and an ordinary move must not be called one.

const ISSUED_AT = Date.UTC(2026, 0, 1);
const CLOCKS = { ledgerToUnixMs: ISSUED_AT, allowanceMs: 20 };
const NEW_SETPOINT = 0x3f;
const LOWERED = 0x0f;
const QUICK_STOP = 0x02;

let book: OrderBook;
let order: Order;
let entries: LedgerEntry[];
beforeEach(() => {
  book = new OrderBook(seededRandom(1));
  order = book.place({ drive: 'ram', fromMm: 100, epoch: 'e', issuedAtUnixMs: ISSUED_AT });
  order.answers.push({ kind: 'accepted' });
  entries = [];
});

function write(address: number, values: readonly number[], at = { drive: 'ram', atMs: 10 }): number {
  const seq = entries.length + 1;
  const addressed = { unit: 1, functionCode: 16, address, count: values.length, values, exception: 0 };
  entries.push({ kind: 'frame', seq, line: 'line', ...at, ...addressed });
  return seq;
}

type Kind = 'start' | 'change' | 'stop';
type Cause = Extract<LedgerEntry, { kind: Kind }>['cause'];

function motion(kind: Kind, cause: Cause, at = { drive: 'ram', atMs: 10, to: 0 }): void {
  const course = { from: 0, peakVelocity: 0, startedAtMs: at.atMs, plannedEndMs: null };
  entries.push({ kind, seq: entries.length + 1, line: 'line', cause, ...course, ...at });
}

interface Taken {
  readonly drive?: string;
  readonly atMs?: number;
  readonly kind?: Kind;
  /** Where the shaft is then. */
  readonly shaft?: number;
}

/** Target and edge as a device process writes them, and the motion that they make. */
function setPoint(target: number, { drive = 'ram', atMs = 10, kind = 'start', shaft = 0 }: Taken = {}): void {
  write(0x20, [LOWERED], { drive, atMs });
  write(0x22, [(target >> 16) & 0xffff, target & 0xffff], { drive, atMs });
  const frame = write(0x20, [NEW_SETPOINT], { drive, atMs });
  motion(kind, { by: 'frame', frame }, { drive, atMs, to: shaft });
}

function verdict(): Verdict {
  const story = new MotionStory();
  story.follow(entries);
  return judge(story.motions, book, CLOCKS);
}

const breaches = (): readonly Breach[] => verdict().findings.map(({ breach }) => breach);

test('a commanded move that arrives, and the stop of another, are in order', () => {
  setPoint(order.targetCounts);
  motion('stop', { by: 'frame', frame: 3 }, { drive: 'ram', atMs: 900, to: order.targetCounts });
  order.outcome = 'done';
  motion('change', { by: 'frame', frame: write(0x20, [QUICK_STOP]) });
  motion('change', { by: 'watchdog' });

  expect(verdict()).toMatchObject({ findings: [], setPoints: 1, starts: 1 });
});

test('a move that is sent on from the last count of its way was done', () => {
  setPoint(order.targetCounts);
  const next = book.place({ drive: 'ram', fromMm: 100, epoch: 'e', issuedAtUnixMs: ISSUED_AT });
  setPoint(next.targetCounts, { atMs: 500, kind: 'change', shaft: order.targetCounts - 1 });
  motion('stop', { by: 'frame', frame: 3 }, { drive: 'ram', atMs: 900, to: next.targetCounts });
  order.outcome = 'done';
  expect(verdict().findings).toEqual([]);
});

test('a target below zero is read with its sign', () => {
  setPoint(-5);

  expect(verdict().findings[0]?.detail).toContain('-5 counts');
});

describe('it is seen when', () => {
  test('a shaft moves to where nobody was sent', () => {
    setPoint(order.targetCounts + 1);
    expect(breaches()).toEqual(['motion without a command']);
  });

  test('a shaft moves by a frame that is no set-point: an old target comes to life with the power', () => {
    write(0x22, [order.targetCounts >> 16, order.targetCounts & 0xffff]);
    motion('start', { by: 'frame', frame: write(0x20, [LOWERED]) });
    expect(breaches()).toEqual(['motion without a command']);
  });

  test('a shaft begins to move by itself', () => {
    motion('start', { by: 'load' });
    expect(breaches()).toEqual(['motion without a command']);
  });

  test('one command moves twice', () => {
    setPoint(order.targetCounts);
    setPoint(order.targetCounts, { kind: 'change' });
    expect(breaches()).toEqual(['second motion of one command']);
  });

  test('a motion begins after the deadline of its command', () => {
    setPoint(order.targetCounts, { atMs: order.deadlineUnixMs - ISSUED_AT + CLOCKS.allowanceMs + 1 });
    expect(breaches()).toEqual(['motion after the deadline']);
  });

  test('another drive moves', () => {
    setPoint(order.targetCounts, { drive: 'other' });
    expect(breaches()).toEqual(['motion on the wrong drive']);
  });

  test('a command moves whose client was told no', () => {
    order.answers.splice(0, 1, { kind: 'refused', code: 'ttlExpired' });
    setPoint(order.targetCounts);
    expect(breaches()).toEqual(['motion of a refused command']);
  });

  test('a move is called done that never began', () => {
    order.outcome = 'done';
    expect(breaches()).toEqual(['done without its motion']);
  });

  test('a move is called done that was sent on before it was there', () => {
    setPoint(order.targetCounts);
    const next = book.place({ drive: 'ram', fromMm: 100, epoch: 'e', issuedAtUnixMs: ISSUED_AT });
    setPoint(next.targetCounts, { atMs: 500, kind: 'change', shaft: order.targetCounts - 5000 });
    order.outcome = 'done';
    expect(breaches()).toEqual(['done elsewhere']);
  });

  test('a move is called done that rests elsewhere', () => {
    setPoint(order.targetCounts);
    motion('stop', { by: 'frame', frame: 3 }, { drive: 'ram', atMs: 900, to: order.targetCounts - 5000 });
    order.outcome = 'done';
    expect(breaches()).toEqual(['done elsewhere']);
  });
});
