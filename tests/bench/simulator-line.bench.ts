import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { frameTimeMs, silentGapMs } from '../../drivers/modbus/framing/index.ts';
import { type Bench, type Figure, median } from './bench.ts';
import { buildPeer } from './build-peer.ts';
import { compilePeer, firstLine, type Slave, startSlave } from './peers/c-peer.ts';

// The simulator's line against a C slave that does the same, both on a pseudo-terminal, both asked by one bare C master.
const run = promisify(execFile);
const REQUEST_AND_ANSWER_BYTES = 8 + 25;
const ROUNDS = 5;

interface Cycle {
  readonly perSecond: number;
  readonly minUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

async function startSimulated(baudRate: number): Promise<Slave> {
  const child = spawn(process.execPath, [await buildPeer('simulator-process'), String(baudRate)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const path = await firstLine(child);
  return {
    path,
    stop: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

async function measure(slave: Slave, cycles: number): Promise<Cycle> {
  const { stdout } = await run(compilePeer('cycle-master'), [slave.path, String(cycles)]);
  return JSON.parse(stdout) as Cycle;
}

/** Rounds by turns, so that a slow moment of the machine hits both. */
async function compare(
  slaves: readonly [Slave, Slave],
  cycles: number,
): Promise<readonly { readonly ours: Cycle; readonly peer: Cycle }[]> {
  const rounds: { ours: Cycle; peer: Cycle }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const peer = await measure(slaves[1], cycles);
    rounds.push({ peer, ours: await measure(slaves[0], cycles) });
  }
  return rounds;
}

async function paced(baudRate: number): Promise<readonly Figure[]> {
  const serial = { baudRate, parity: 'none', stopBits: 1 } as const;
  const gapUs = Math.round(1000 * silentGapMs(serial));
  const wireUs = 1000 * frameTimeMs(serial, REQUEST_AND_ANSWER_BYTES) + gapUs;
  const slaves = [
    await startSimulated(baudRate),
    await startSlave('--baud', baudRate, '--bits', 10, '--gap-us', gapUs),
  ] as const;
  const rounds = await compare(slaves, Math.max(50, Math.round(1_000_000 / wireUs)));
  await Promise.all(slaves.map((slave) => slave.stop()));
  const ratio = median(rounds.map(({ ours, peer }) => ours.p50Us / peer.p50Us));
  const least = Math.min(...rounds.map(({ ours }) => ours.minUs));
  const note = `ours ${median(rounds.map(({ ours }) => ours.p50Us)).toFixed(0)} us, C ${median(rounds.map(({ peer }) => peer.p50Us)).toFixed(0)} us, wire ${wireUs.toFixed(0)} us`;
  return [
    { measure: `paced ${baudRate}: middle cycle / C slave's`, value: ratio, unit: 'ratio', atMost: 1.01, note },
    { measure: `paced ${baudRate}: shortest cycle / wire`, value: least / wireUs, unit: 'ratio', atLeast: 1 },
  ];
}

/** By the middle cycle: on a shared machine the mean is made by whoever else was at work. */
async function unpaced(): Promise<readonly Figure[]> {
  const slaves = [await startSimulated(0), await startSlave()] as const;
  const rounds = await compare(slaves, 15_000);
  await Promise.all(slaves.map((slave) => slave.stop()));
  const value = median(rounds.map(({ ours, peer }) => peer.p50Us / ours.p50Us));
  const throughput = median(rounds.map(({ ours, peer }) => ours.perSecond / peer.perSecond));
  const note = `ours ${median(rounds.map(({ ours }) => ours.p50Us)).toFixed(0)} us, C ${median(rounds.map(({ peer }) => peer.p50Us)).toFixed(0)} us`;
  return [
    { measure: "unpaced: C slave's middle cycle / ours", value, unit: 'ratio', atLeast: 0.7, note },
    { measure: "unpaced: transactions a second / C slave's", value: throughput, unit: 'ratio' },
  ];
}

export const bench: Bench = {
  name: 'simulator-line',
  what: 'the virtual serial line against a C slave on a pseudo-terminal',
  needs: ['gcc'],
  async run() {
    const figures: Figure[] = [];
    for (const baudRate of [19_200, 115_200, 1_000_000]) figures.push(...(await paced(baudRate)));
    return [...figures, ...(await unpaced())];
  },
};
