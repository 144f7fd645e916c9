import { expect, test } from 'vitest';
import { DriveCommands, Refusal, type Problem } from '../../../services/contracts/index.ts';
import { parseBody } from '../../../services/platform/http/index.ts';

function refusal(value: unknown): Problem {
  try {
    parseBody(DriveCommands['move-absolute'], value, 'move-absolute');
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
  }
  throw new Error('not refused');
}

test('a good body comes through as it is', () => {
  expect(parseBody(DriveCommands['move-absolute'], { position: 12.5 }, 'move-absolute')).toEqual({ position: 12.5 });
});

test('no body is an empty one', () => {
  expect(parseBody(DriveCommands.enable, undefined, 'enable')).toEqual({});
});

test('an unknown field is named, with the known ones', () => {
  expect(refusal({ position: 1, speed: 2 })).toMatchObject({
    code: 'unknownField',
    status: 400,
    errors: [{ path: 'speed', detail: expect.stringContaining('velocity') }],
  });
});

test.each([
  [{ position: '12' }],
  [{ position: Number.NaN }],
  [{ position: Number.POSITIVE_INFINITY }],
  [{ position: null }],
  [{}],
])('%j is an invalid value and the answer says that a number was expected', (value) => {
  expect(refusal(value)).toMatchObject({
    code: 'invalidValue',
    errors: [{ path: 'position', detail: expect.stringContaining('expected number') }],
  });
});

test('every mistake is reported at once', () => {
  expect(refusal({ position: 1, velocity: -1, ttlMs: 0 }).errors?.map((error) => error.path)).toEqual([
    'ttlMs',
    'velocity',
  ]);
});

test.each([[null], [[1]], ['12'], [3]])('%j is no body for a command', (value) => {
  expect(refusal(value).code).toBe('malformed');
});
