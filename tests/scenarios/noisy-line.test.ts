import { expect, test } from 'vitest';
import { moveOnNoisyLines } from '../support/noisy-line.ts';

// Bits arrive flipped, whichever way they go. The simulator's ledger says what the shafts did; `npm run bench -- noisy-line`
// does the same with 10 000 moves for each rate.

const campaign = { moves: 160, lines: 1, seed: 3 };

test('one bit in 10 000 flipped: moves go on, and each axis goes where it was told', async () => {
  const tally = await moveOnNoisyLines({ ...campaign, bitErrorRate: 1e-4 });

  expect(tally.wrong).toEqual([]);
  expect(tally.badTransactions).toBeGreaterThan(20);
  expect(tally.done / tally.moves).toBeGreaterThan(0.95);
});

test('one bit in 1000 flipped: new moves are refused, and no axis moves otherwise than it was told', async () => {
  const tally = await moveOnNoisyLines({ ...campaign, bitErrorRate: 1e-3 });

  expect(tally.wrong).toEqual([]);
  expect(tally.accepted).toBeGreaterThan(0);
  expect(tally.refused.get('lineQuality')).toBeGreaterThan(20);
  expect((tally.moves - tally.accepted) / tally.moves).toBeGreaterThan(0.8);
});
