import { expect, test } from 'vitest';
import { replug } from '../support/replug.ts';

// The thousand of `npm run bench -- replug` in small, on a real pseudo-terminal.
test('a line unplugged again and again comes back each time, leaks nothing, moves nothing, and forgets a lost reference', async () => {
  const { recoveredMs, before, after, motions, powerCycles, stillHomed } = await replug(12);

  expect(recoveredMs).toHaveLength(12);
  expect(after.descriptors).toBe(before.descriptors);
  expect(after.resources['TTYWrap'] ?? 0).toBe(before.resources['TTYWrap'] ?? 0);
  expect(after.resources['Timeout'] ?? 0).toBeLessThanOrEqual((before.resources['Timeout'] ?? 0) + 1);
  expect(motions).toBe(0);
  expect([powerCycles, stillHomed]).toEqual([2, 0]);
}, 60_000);
