import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  BOOLEAN,
  compileExpression,
  exactly,
  isCertainlyTrue,
  numberIn,
  PLAIN,
  valueOf,
  type Interval,
  type Readings,
  type Scope,
  type Value,
} from '../../../config/expressions/index.ts';

const position = (lo: number, hi: number): Readonly<Record<string, Interval>> => ({ 'lift-left.position': { lo, hi } });
const inside = ({ lo, hi }: Interval, at: number): Interval => exactly(Math.min(hi, lo + (hi - lo) * at));

const scope: Scope = {
  drives: new Map([
    ['lift-left', 'mm'],
    ['arm', 'deg'],
    ['3rd', 'mm'],
  ]),
  names: new Map([
    ['count', numberIn(PLAIN)],
    ['height', numberIn('mm')],
    ['ready', BOOLEAN],
  ]),
};

const problemsOf = (text: string): readonly string[] => {
  const compiled = compileExpression(text, scope);
  return compiled.ok ? [] : compiled.problems.map(({ at, message }) => `${at} ${message}`);
};

const expression = (text: string) => {
  const compiled = compileExpression(text, scope);
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.problems)}`);
  return compiled.expression;
};

const readingsOf = (values: Readonly<Record<string, Value>>): Readings => ({
  reading: (drive, reading) => values[`${drive}.${reading}`] ?? null,
  name: (name) => values[name] ?? null,
});

const valueIn = (text: string, values: Readonly<Record<string, Value>> = {}): Value =>
  valueOf(expression(text), readingsOf(values));

describe('reading an expression', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['-2 * -3', 6],
    ['12 / 4 / 3', 1],
    ['2 * 5 mm + 1', 11],
    ['max(1, 2, min(9, 3))', 3],
    ['abs(-4)', 4],
    ['1e2', 100],
  ])('%s is %d', (text, value) => {
    expect(valueIn(text)).toEqual(exactly(value));
  });

  test.each([
    ['not false and false', false],
    ['true or false and false', true],
    ['not (1 < 2)', false],
    ['1 < 2 and 2 <= 2 or false', true],
    ['not 1 > 2', true],
    ['count == 3', true],
    ['count != 3', false],
    ['arm.state == "standstill"', true],
    ['arm.moving != ready', true],
    ['3rd.position > 4', true],
  ])('%s is %s', (text, value) => {
    const now = { count: exactly(3), ready: true, 'arm.state': 'standstill', 'arm.moving': false };
    expect(valueIn(text, { ...now, '3rd.position': exactly(5) })).toBe(value);
  });

  test('names the drives whose readings it needs, each once', () => {
    expect(expression('lift-left.position > 1 and lift-left.homed and arm.homed').drives).toEqual(['lift-left', 'arm']);
  });

  test.each([
    ['lift-left.position >', '21 it ends where a value was expected'],
    ['(1 + 2', '7 expected )'],
    ['1 2', '3 "2" is not expected here; expected an operator or the end'],
    ['0 < count < 5', '11 comparisons do not chain; write "a < b and b < c"'],
    ['count = 3', '7 "=" cannot be read; equal is =='],
    ['process.exit(1)', '13 "(" is not expected here'],
    ['sqrt(2)', '1 unknown function "sqrt"; there are abs, min, max'],
    ['50 cm', '4 "cm" is not expected here'],
    ['50cm', '1 "50cm" cannot be read'],
    ['`x`', '1 "`x`" cannot be read'],
    ['', '1 it ends where a value was expected'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, '42 nested more than 40 deep'],
    ['1'.repeat(501), '1 501 characters; expected at most 500'],
  ])('%s is refused at its character', (text, problem) => {
    expect(problemsOf(text).join()).toContain(problem);
  });
});

describe('checking an expression', () => {
  test('says every wrong name at once, with what was probably meant', () => {
    expect(problemsOf('lift-lft.position > 1 and arm.positon > 2 and hight > 3')).toEqual([
      '1 unknown drive "lift-lft"; did you mean "lift-left"?; expected one of lift-left, arm, 3rd',
      expect.stringContaining('27 unknown reading "positon"; did you mean "position"?'),
      '47 unknown name "hight"; did you mean "height"?; expected one of count, height, ready',
    ]);
  });

  test.each([
    ['lift-left.position > arm.position', 'a number in mm and a number in deg cannot be compared'],
    ['lift-left.position > 50 deg', 'a number in mm and a number in deg cannot be compared'],
    ['lift-left.position + lift-left.velocity', 'a number in mm and a number in mm/s cannot be compared or added'],
    ['height * height', 'has no unit known here'],
    ['height + count', 'a number in mm and a plain number'],
    ['ready > 1', 'needs numbers on both sides, found true or false and a number'],
    ['height and ready', 'and needs true or false on both sides'],
    ['not height', 'not cannot be put before a number in mm'],
    ['ready == height', 'cannot compare true or false with a number in mm'],
    ['arm.state == "standstil"', 'unknown word "standstil"; did you mean "standstill"?'],
    ['count-1 > 2', 'a minus needs spaces around it'],
    ['abs(1, 2)', 'abs takes one value'],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(text).join()).toContain(problem);
  });

  test('a bare number takes the unit of the other side, a ratio has none', () => {
    expect(expression('height + 5').kind).toEqual(numberIn('mm'));
    expect(expression('count * 2 mm').kind).toEqual(numberIn('mm'));
    expect(expression('height / 2 mm').kind).toEqual(numberIn(PLAIN));
    const wrong = compileExpression('height', scope, BOOLEAN);
    expect(wrong).toMatchObject({ ok: false, problems: [{ message: 'gives a number in mm; expected true or false' }] });
  });
});

describe('what is not known', () => {
  test('makes the result unknown, unless the rest decides', () => {
    expect(valueIn('lift-left.position > 50')).toBe(null);
    expect(valueIn('not (lift-left.position > 50)')).toBe(null);
    expect(valueIn('lift-left.position > 50 and false')).toBe(false);
    expect(valueIn('lift-left.position > 50 or true')).toBe(true);
    expect(valueIn('lift-left.position > 50 or false')).toBe(null);
    expect(valueIn('arm.state == "standstill"')).toBe(null);
    expect(valueIn('1 / (count - 1)', { count: exactly(1) })).toBe(null);
    expect(isCertainlyTrue(expression('lift-left.position > 50'), readingsOf({}))).toBe(false);
  });

  test('a comparison over an interval is true or false only when it is so everywhere in it', () => {
    expect(valueIn('lift-left.position > 50', position(51, 60))).toBe(true);
    expect(valueIn('lift-left.position > 50', position(50, 60))).toBe(null);
    expect(valueIn('lift-left.position > 50', position(40, 50))).toBe(false);
    expect(valueIn('abs(lift-left.position) < 5', position(-4, 3))).toBe(true);
    expect(valueIn('lift-left.position == 50', position(50, 60))).toBe(null);
  });

  test('is never narrower than what any value inside the intervals gives', () => {
    const texts = [
      'height * count - 3',
      'abs(height - 5) / 2',
      'min(height, 3) + max(height, count * 1 mm)',
      '-height * (count + 1)',
      'height / (count + 30)',
    ];
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    const interval = fc.tuple(number, number).map(([a, b]): Interval => ({ lo: Math.min(a, b), hi: Math.max(a, b) }));
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.tuple(interval, interval),
        fc.tuple(share, share),
        (text, [height, count], [a, b]) => {
          const whole = valueIn(text, { height, count }) as Interval;
          const one = valueIn(text, { height: inside(height, a), count: inside(count, b) }) as Interval;
          expect(one.lo).toBeGreaterThanOrEqual(whole.lo - 1e-9);
          expect(one.hi).toBeLessThanOrEqual(whole.hi + 1e-9);
        },
      ),
    );
  });
});
