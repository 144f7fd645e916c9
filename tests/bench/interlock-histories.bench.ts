import { seededRandom } from '../../drivers/base/index.ts';
import { emptyTally, runHistory } from '../config/interlocks/moving-axes.ts';
import type { Bench, Figure } from './bench.ts';

/** `HISTORIES=1000 SEED=7 npm run bench -- interlock-histories` */
const HISTORIES = Number(process.env['HISTORIES'] ?? 100_000);
const SEED = Number(process.env['SEED'] ?? 1);

const count = (measure: string, value: number): Figure => ({ measure, value, unit: '' });

export const bench: Bench = {
  name: 'interlock-histories',
  what: `${HISTORIES} random command sequences on two axes under three interlocks, with late, lost and missing readings; seed ${SEED}`,
  run() {
    const random = seededRandom(SEED);
    const tally = emptyTally();
    for (let history = 0; history < HISTORIES; history += 1) runHistory(random, tally);
    return Promise.resolve([
      count('sequences', tally.histories),
      count('motions permitted', tally.motions),
      count('motions that nobody was asked for, watched', tally.unasked),
      count('refusals', tally.refusals),
      count('halts by the watch', tally.halts),
      count('rules broken at the beginning and left behind', tally.waysOut),
      { ...count('instants at which a rule is broken, or broken deeper', tally.breaches.length), atMost: 0 },
      { measure: 'smallest distance to a broken rule', value: tally.nearestMm, unit: 'mm' },
    ]);
  },
};
