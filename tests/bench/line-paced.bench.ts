import { median, type Bench, type Figure } from './bench.ts';
import { startSlave } from './peers/c-peer.ts';
import { perSecond, runClient } from './peers/run-client.ts';

const SECONDS = 2;
/** 8 bytes of request and 25 of answer, 11 bits each on the wire that the slave keeps. */
const CHARACTERS = 33;
const BITS = 11;

interface PacedLine {
  readonly name: string;
  readonly baudRate: number;
  readonly gapUs: number;
  readonly goal: number;
  /** Where a transaction is shorter than a turn of the scheduler, one round says little. */
  readonly rounds: number;
}

const lines: readonly PacedLine[] = [
  { name: '115200 baud, gap 1750 us', baudRate: 115_200, gapUs: 1750, goal: 0.98, rounds: 5 },
  // 3.5 characters of 11 bits; the standard's fixed 1.75 ms would hide the master behind the wire
  { name: '1 Mbaud, gap 38 us', baudRate: 1_000_000, gapUs: 38, goal: 0.92, rounds: 11 },
];

const pacedTxPerSecond = ({ baudRate, gapUs }: PacedLine): number =>
  1e6 / ((CHARACTERS * BITS * 1e6) / baudRate + gapUs);

/**
 * The slave keeps the wire's time and one gap a cycle, as in the reference measurement; libmodbus keeps none before its
 * next request, so ours is compared without one, and shown once more with the silence that it keeps by default.
 */
async function measure(line: PacedLine): Promise<readonly Figure[]> {
  const slave = await startSlave('--baud', line.baudRate, '--bits', BITS, '--gap-us', line.gapUs);
  const target = { path: slave.path, baudRate: line.baudRate, seconds: SECONDS };
  const rounds: Record<'libmodbus' | 'ours' | 'withGap', number>[] = [];
  for (let round = 0; round < line.rounds; round++) {
    rounds.push({
      libmodbus: perSecond(await runClient('libmodbus', target)),
      ours: perSecond(await runClient('ours', { ...target, gapMs: 0 })),
      withGap: perSecond(await runClient('ours', target)),
    });
  }
  await slave.stop();
  const limit = pacedTxPerSecond(line);
  const share = (client: 'libmodbus' | 'ours' | 'withGap'): number =>
    (100 * median(rounds.map((round) => round[client]))) / limit;
  return [
    {
      measure: `${line.name}: libmodbus, share of the wire's limit`,
      value: share('libmodbus'),
      unit: '%',
      note: `limit ${limit.toFixed(0)} tx/s`,
    },
    { measure: `${line.name}: ours without own gap, share of the limit`, value: share('ours'), unit: '%' },
    { measure: `${line.name}: ours with the default 1.75 ms gap as well`, value: share('withGap'), unit: '%' },
    {
      measure: `${line.name}: ours / libmodbus, neither with own gap`,
      value: median(rounds.map((round) => round.ours / round.libmodbus)),
      unit: 'ratio',
      atLeast: line.goal,
    },
  ];
}

async function run(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const line of lines) figures.push(...(await measure(line)));
  return figures;
}

export const bench: Bench = {
  name: 'line-paced',
  what: 'share of the wire that the master uses on a paced line, beside libmodbus',
  needs: ['gcc'],
  run,
};
