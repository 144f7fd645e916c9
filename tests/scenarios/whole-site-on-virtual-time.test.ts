import { expect, test } from 'vitest';
import { tenMinutes } from '../support/ten-minutes.ts';

test('ten minutes of a whole site at work pass in one process, and one seed has one history', async () => {
  const first = await tenMinutes(1);
  const again = await tenMinutes(1);

  expect(first.moves).toBeGreaterThan(150);
  expect([...first.statuses]).toEqual(['done']);
  expect(again).toEqual(first);
}, 120_000);
