import { expect, test } from 'vitest';
import { serverUnreachable } from '../../../../services/dashboard/src/api/page-problem.ts';
import { freshnessOf } from '../../../../services/dashboard/src/view/freshness.ts';
import { aState } from '../a-drive.ts';

const live = { kind: 'live' } as const;
const heardAt = (arrivedAtMs: number, message = aState()): { message: typeof message; arrivedAtMs: number } => ({
  message,
  arrivedAtMs,
});

const kindAt = (moving: boolean, ageMs: number): string =>
  freshnessOf({ connection: live, heard: heardAt(0, aState({ moving })), available: true, nowMs: ageMs }).kind;

test('a reading that just arrived is live', () => {
  expect(freshnessOf({ connection: live, heard: heardAt(1_000), available: true, nowMs: 1_200 })).toEqual({
    kind: 'live',
  });
});

test('a drive that was never heard has no reading at all, not an old one', () => {
  expect(freshnessOf({ connection: live, heard: null, available: true, nowMs: 5 }).kind).toBe('none');
});

test('without a connection nothing is live, and the age counts from arrival', () => {
  const connection = { kind: 'lost', sinceMs: 1_000, problem: serverUnreachable } as const;
  expect(freshnessOf({ connection, heard: heardAt(1_000), available: true, nowMs: 8_500 })).toEqual({
    kind: 'old',
    why: 'no connection, 7\u202fs old',
  });
});

test("a wrong clock of the drive's host changes no age", () => {
  const message = aState({ sampledAt: '1999-01-01T00:00:00.000Z' });
  expect(freshnessOf({ connection: live, heard: heardAt(1_000, message), available: true, nowMs: 1_100 }).kind).toBe(
    'live',
  );
});

test.each([
  ['the drive does not answer', aState({ link: 'offline' })],
  ['its own service calls the reading stale', aState({ stale: true })],
  ['its state is unknown', aState({ state: 'unknown' })],
])('a reading is old when %s, however lately it arrived', (_, message) => {
  expect(freshnessOf({ connection: live, heard: heardAt(1_000, message), available: true, nowMs: 1_001 }).kind).toBe(
    'old',
  );
});

test('a reading is old when the device process is gone', () => {
  expect(freshnessOf({ connection: live, heard: heardAt(1_000), available: false, nowMs: 1_001 }).kind).toBe('old');
});

test('a moving drive must be heard of within seconds, one at rest within its 30 s report', () => {
  expect([kindAt(true, 4_000), kindAt(true, 6_000)]).toEqual(['live', 'old']);
  expect([kindAt(false, 31_000), kindAt(false, 45_000)]).toEqual(['live', 'old']);
});
