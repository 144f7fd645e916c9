import { expect, test } from 'vitest';
import { storm } from './storm.ts';

const SEEDS = [1, 2, 3, 4];

test('a site whose commanders never rest moves nothing that nobody asked for, in any weather', async () => {
  for (const seed of SEEDS) {
    const { violations, motions } = await storm(seed);

    expect(violations, `npx tsx tests/proof/replay.ts ${seed}`).toEqual([]);
    expect(motions).toBeGreaterThan(0);
  }
}, 60_000);

test('one seed has one history', async () => {
  const first = await storm(6);
  const again = await storm(6);

  expect(again.trace).toBe(first.trace);
}, 60_000);
