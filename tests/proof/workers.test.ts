import { expect, test } from 'vitest';
import { range, runSeeds, type SeedReport } from './workers.ts';

const START = 'const world = await World.create(seed);';
const DIES = "if (seed === 2) setImmediate(() => { throw new RangeError('no such timer'); });";
const HANGS = 'if (seed === 3) for (;;);';
/** The others must never be as slow as a seed that hangs, however busy the machine: their storms are short. */
const short = (name: string, find: string) => ({ file: 'tests/proof/storm.ts', find, replace: `const ${name} = 50;` });

test('a seed on which the process dies or hangs is red, and all others are run', async () => {
  const heard: SeedReport[] = [];
  await runSeeds({
    seeds: range(1, 5),
    workers: 1,
    changes: [
      { file: 'tests/proof/storm.ts', find: START, replace: `${DIES} ${HANGS} ${START}` },
      short('STORM_MS', 'const STORM_MS = 9_000;'),
      short('CALM_MS', 'const CALM_MS = 7_000;'),
    ],
    longestSeedMs: 15_000,
    heard: (report) => heard.push(report) > 0,
  });

  const red = heard.filter(({ violations }) => violations.length > 0);
  expect(heard.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5]);
  expect(red.map(({ seed, violations }) => `${seed} ${violations[0]?.rule} ${violations[0]?.detail}`)).toEqual([
    '2 0: the process lives it died: RangeError: no such timer',
    '3 0: the process lives it had not ended after 15 s',
  ]);
}, 60_000);
