import { describe, expect, test } from 'vitest';
import { hasLost, leaderIn, mayClaim, type Sight } from '../../../../services/orchestrator/domain/leading.ts';

const leader = { name: 'north', url: 'http://10.0.0.5:8080' };
const mine: Sight = { kind: 'mine' };
const other: Sight = { kind: 'other', leader };
const lapsed: Sight = { kind: 'free', lapsed: true };
const fresh: Sight = { kind: 'free', lapsed: false };
const silent: Sight = { kind: 'silent' };
const superseded: Sight = { kind: 'superseded' };

describe('a standby claims the lines', () => {
  test.each<[string, Sight[], { freeForMs: number; claims: boolean }]>([
    ['at once where every lease has lapsed', [lapsed, lapsed], { freeForMs: 0, claims: true }],
    ['never while one line obeys another', [lapsed, other], { freeForMs: 60_000, claims: false }],
    ['never while no line says anything', [silent, silent], { freeForMs: 60_000, claims: false }],
    ['without those that are silent', [lapsed, silent], { freeForMs: 0, claims: true }],
    [
      'not at once of a process that is new: its leader may come back',
      [lapsed, fresh],
      { freeForMs: 0, claims: false },
    ],
    ['of a process that is new when nobody came back', [lapsed, fresh], { freeForMs: 1500, claims: true }],
    ['not of no lines at all', [], { freeForMs: 60_000, claims: false }],
  ])('%s', (_when, sights, { freeForMs, claims }) => {
    expect(mayClaim(sights, freeForMs)).toBe(claims);
  });
});

describe('the active one stands by', () => {
  test.each<[string, Sight[], boolean]>([
    ['not while it has the first line that has a leader', [silent, mine, other], false],
    ['where another has the first', [other, mine], true],
    ['as soon as one of its lines was given to another', [mine, superseded], true],
    ['when it has none', [silent, lapsed], true],
    ['not because of lines that are free or silent', [silent, lapsed, mine], false],
  ])('%s', (_when, sights, expected) => {
    expect(hasLost(sights)).toBe(expected);
  });
});

test('whom the lines obey is read from those that say so', () => {
  expect(leaderIn([silent, lapsed, mine])).toBeNull();
  expect(leaderIn([silent, other])).toEqual(leader);
});
