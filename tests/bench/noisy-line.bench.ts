import { moveOnNoisyLines, type Tally } from '../support/noisy-line.ts';
import type { Bench, Figure } from './bench.ts';

const MOVES = 10_000;
const LINES = 4;
const SEED = 20_261_126;

/** What is known beforehand of each rate: how many moves must still be done, or be refused. */
const RATES = [
  { bitErrorRate: 1e-5, goal: { done: 99.5 } },
  { bitErrorRate: 1e-4, goal: { done: 98 } },
  { bitErrorRate: 1e-3, goal: { refused: 90 } },
  { bitErrorRate: 1e-2, goal: { refused: 95 } },
] as const;

const told = (of: ReadonlyMap<string, number>): string =>
  [...of]
    .toSorted((a, b) => b[1] - a[1])
    .map(([code, times]) => `${code} ${times}`)
    .join(', ') || 'none';

const share = (part: number, whole: number): number => (100 * part) / Math.max(1, whole);

function figuresOf(rate: string, tally: Tally, goal: { readonly done?: number; readonly refused?: number }): Figure[] {
  const { moves, accepted, done, wrong, transactions, badTransactions } = tally;
  const bad = share(badTransactions, transactions).toFixed(2);
  return [
    {
      measure: `${rate}: wrong motions (axis, target, count), by the ledger`,
      value: wrong.length,
      unit: '',
      atMost: 0,
      note: wrong[0] ?? `${moves} moves, ${accepted} accepted; ${bad} % of ${transactions} transactions bad`,
    },
    {
      measure: `${rate}: moves refused because of the line`,
      value: share(moves - accepted, moves),
      unit: '%',
      ...(goal.refused === undefined ? {} : { atLeast: goal.refused }),
      note: told(tally.refused),
    },
    {
      measure: `${rate}: accepted moves done`,
      value: share(done, accepted),
      unit: '%',
      ...(goal.done === undefined ? {} : { atLeast: goal.done }),
      note: `not done: ${told(tally.ended)}`,
    },
  ];
}

export const bench: Bench = {
  name: 'noisy-line',
  what: `${MOVES} moves at each bit error rate, on ${LINES} lines of two axes, in virtual time; a line is calmed after each 40 tries`,
  async run() {
    const figures: Figure[] = [];
    for (const { bitErrorRate, goal } of RATES) {
      const tally = await moveOnNoisyLines({ bitErrorRate, moves: MOVES, lines: LINES, seed: SEED });
      figures.push(...figuresOf(bitErrorRate.toExponential(0), tally, goal));
    }
    return figures;
  },
};
