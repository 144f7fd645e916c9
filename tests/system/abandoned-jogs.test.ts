import { expect, test } from 'vitest';
import { abandonJogs } from '../support/jogs/abandoned-jogs.ts';
import { isAbove } from '../support/jogs/travel.ts';

const SEED = 4;

test('a jog whose client, network, broker or device process is gone ends within its promise, and nothing moves when they come back', async () => {
  const jogs = await abandonJogs({ jogsOfEachKind: 2, lines: 1, drivesPerLine: 3, seed: SEED });

  expect(jogs.filter(isAbove)).toEqual([]);
  expect(jogs.filter(({ movedAgain }) => movedAgain)).toEqual([]);
  expect(new Set(jogs.map(({ kind }) => kind)).size).toBe(4);
}, 300_000);
