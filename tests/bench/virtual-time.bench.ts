import { tenMinutes } from '../support/ten-minutes.ts';
import type { Bench } from './bench.ts';

const SITE_S = 600;
const ROUNDS = [1, 1, 2];

export const bench: Bench = {
  name: 'virtual-time',
  what: 'ten minutes of a whole site (simulator, two lines, orchestrator) in one process; seed 1 twice, seed 2 once',
  async run() {
    const rounds = [];
    for (const seed of ROUNDS) {
      const startMs = performance.now();
      const { trace, moves } = await tenMinutes(seed);
      rounds.push({ realS: (performance.now() - startMs) / 1000, trace, moves });
    }
    const [first, again, other] = rounds;
    const realS = Math.min(...rounds.map((round) => round.realS));
    return [
      { measure: 'real time of ten minutes', value: realS, unit: 's', atMost: 5, note: `${first?.moves} moves` },
      { measure: 'virtual time by real time', value: SITE_S / realS, unit: 'x' },
      { measure: 'same seed, same trace', value: Number(first?.trace === again?.trace), unit: '1=yes', atLeast: 1 },
      { measure: 'other seed, other trace', value: Number(first?.trace !== other?.trace), unit: '1=yes', atLeast: 1 },
    ];
  },
};
