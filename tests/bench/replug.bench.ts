import { replug, type Held } from '../support/replug.ts';
import { quantile, type Bench, type Figure } from './bench.ts';

const CYCLES = 1000;
const TOLD_EVERY = 100;

const kinds = ({ resources }: Held): string =>
  Object.entries(resources)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');

async function run(): Promise<readonly Figure[]> {
  const { recoveredMs, before, after, motions, powerCycles, stillHomed } = await replug(CYCLES, (cycle) => {
    if (cycle % TOLD_EVERY === 0) process.stderr.write(`  ${cycle} of ${CYCLES}\n`);
  });
  return [
    { measure: 'back in use after the return of the device, p50', value: quantile(recoveredMs, 0.5), unit: 'ms' },
    { measure: 'the same, p99', value: quantile(recoveredMs, 0.99), unit: 'ms' },
    { measure: 'the same, longest', value: Math.max(...recoveredMs), unit: 'ms', atMost: 2000 },
    {
      measure: 'descriptors more than before',
      value: after.descriptors - before.descriptors,
      unit: '',
      atMost: 0,
      note: `${before.descriptors} before, ${after.descriptors} after`,
    },
    {
      measure: 'timers, handles and requests more than before',
      value: sum(after) - sum(before),
      unit: '',
      atMost: 1,
      note: `before ${kinds(before)}; after ${kinds(after)}`,
    },
    { measure: 'motions', value: motions, unit: '', atMost: 0 },
    {
      measure: 'axes still homed after a power cycle',
      value: stillHomed,
      unit: '',
      atMost: 0,
      note: `of ${powerCycles} power cycles`,
    },
  ];
}

const sum = ({ resources }: Held): number => Object.values(resources).reduce((total, count) => total + count, 0);

export const bench: Bench = {
  name: 'replug',
  what: `${CYCLES} times unplugged and plugged in again: a real pseudo-terminal under a whole device host`,
  run,
};
