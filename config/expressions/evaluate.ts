import type { Word } from './kind.ts';
import type { Node, Operator } from './node.ts';

/** Every number a reading may have meanwhile; one that is known exactly has `lo` equal to `hi`. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Null is unknown: a reading that is missing or too old, or a comparison whose outcome depends on where in an interval it is. */
export type Value = Interval | boolean | Word | null;

/** Where an expression gets its values from. */
export interface Readings {
  reading(drive: string, reading: string): Value;
  name(name: string): Value;
}

export const exactly = (value: number): Interval => ({ lo: value, hi: value });

/**
 * The value of a checked expression. Booleans are Kleene's: `false and unknown` is false, `true and unknown` unknown.
 * Numbers are intervals, so a comparison is true only when it is true for every value its sides may have.
 */
export function evaluate(node: Node, readings: Readings): Value {
  return (values[node.is] as (node: Node, readings: Readings) => Value)(node, readings);
}

type Of<Is extends Node['is']> = Extract<Node, { is: Is }>;
const values: { readonly [Is in Node['is']]: (node: Of<Is>, readings: Readings) => Value } = {
  number: ({ value }) => exactly(value),
  boolean: ({ value }) => value,
  word: ({ value }) => value,
  reading: ({ drive, reading }, readings) => readings.reading(drive, reading),
  name: ({ name }, readings) => readings.name(name),
  unary: ({ of }, readings) => negated(evaluate(of, readings)),
  binary,
  call: ({ name, given }, readings) =>
    called(
      name,
      given.map((value) => asInterval(evaluate(value, readings))),
    ),
};

/** `not` of a truth, minus of a number: which of them it is was checked. */
function negated(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  const number = asInterval(value);
  return number === null ? null : { lo: -number.hi, hi: -number.lo };
}

function binary({ operator, left, right }: Of<'binary'>, readings: Readings): Value {
  const a = evaluate(left, readings);
  const b = evaluate(right, readings);
  if (operator === 'and' || operator === 'or') return joined(a, b, operator === 'or');
  if (a === null || b === null) return null;
  if (typeof a === 'object' && typeof b === 'object') return ofNumbers[operator](a, b);
  return operator === '==' ? a === b : a !== b;
}

/** One side that decides is enough: `or` is decided by true, `and` by false. */
function joined(a: Value, b: Value, decisive: boolean): boolean | null {
  if (a === decisive || b === decisive) return decisive;
  return a === null || b === null ? null : !decisive;
}

const ofNumbers: Readonly<Record<Exclude<Operator, 'and' | 'or'>, (a: Interval, b: Interval) => Value>> = {
  '<': (a, b) => certain(a.hi < b.lo, a.lo >= b.hi),
  '<=': (a, b) => certain(a.hi <= b.lo, a.lo > b.hi),
  '>': (a, b) => certain(a.lo > b.hi, a.hi <= b.lo),
  '>=': (a, b) => certain(a.lo >= b.hi, a.hi < b.lo),
  '==': (a, b) => certain(isSamePoint(a, b), isApart(a, b)),
  '!=': (a, b) => certain(isApart(a, b), isSamePoint(a, b)),
  '+': (a, b) => interval([a.lo + b.lo, a.hi + b.hi]),
  '-': (a, b) => interval([a.lo - b.hi, a.hi - b.lo]),
  '*': (a, b) => interval(corners(a, b, (x, y) => x * y)),
  '/': (a, b) => (b.lo <= 0 && b.hi >= 0 ? null : interval(corners(a, b, (x, y) => x / y))),
};

function called(name: 'abs' | 'min' | 'max', given: readonly (Interval | null)[]): Value {
  const known = given.flatMap((value) => value ?? []);
  if (known.length < given.length) return null;
  const lows = known.map(({ lo }) => lo);
  const highs = known.map(({ hi }) => hi);
  if (name !== 'abs') return interval([Math[name](...lows), Math[name](...highs)]);
  const ends = [...lows, ...highs].map(Math.abs);
  const isAround = known.some(({ lo, hi }) => lo <= 0 && hi >= 0);
  return interval(isAround ? [0, ...ends] : ends);
}

function certain(isTrue: boolean, isFalse: boolean): boolean | null {
  if (isTrue) return true;
  return isFalse ? false : null;
}
const isSamePoint = (a: Interval, b: Interval): boolean => a.lo === a.hi && b.lo === b.hi && a.lo === b.lo;
const isApart = (a: Interval, b: Interval): boolean => a.hi < b.lo || b.hi < a.lo;

const corners = (a: Interval, b: Interval, of: (x: number, y: number) => number): readonly number[] =>
  [a.lo, a.hi].flatMap((x) => [of(x, b.lo), of(x, b.hi)]);

/** Infinity minus infinity is no number, and so nothing is known. */
function interval(ends: readonly number[]): Interval | null {
  return ends.some(Number.isNaN) ? null : { lo: Math.min(...ends), hi: Math.max(...ends) };
}

const asInterval = (value: Value): Interval | null => (typeof value === 'object' ? value : null);
