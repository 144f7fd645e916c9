import { campaign } from '../proof/campaign.ts';
import type { Bench } from './bench.ts';

const SEEDS = 300;
const TWICE = 30;

export const bench: Bench = {
  name: 'storm',
  what: `the proof: ${SEEDS} seeds of a whole site in bad weather, on every processor; ${TWICE} of them twice`,
  async run() {
    const all = await campaign(1, SEEDS);
    const again = await campaign(1, TWICE);
    const same = [...again.traces].filter(([seed, trace]) => all.traces.get(seed) === trace).length;
    const minutes = all.realMs / 60_000;
    return [
      { measure: 'seeds a minute', value: all.seeds / minutes, unit: '1/min', note: `${all.motions} motions` },
      { measure: 'simulated hours in a real hour', value: all.siteHours / (minutes / 60), unit: 'x' },
      { measure: 'seeds with a violation', value: all.red.length, unit: '', atMost: 0 },
      { measure: 'same seed, same history', value: same / TWICE, unit: 'share', atLeast: 1 },
    ];
  },
};
