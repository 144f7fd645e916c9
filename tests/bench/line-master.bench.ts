import { median, type Bench, type Figure } from './bench.ts';
import { startSlave } from './peers/c-peer.ts';
import { cpuUs, perSecond, runClient, type ClientName, type ClientRun } from './peers/run-client.ts';

const ROUNDS = 7;
const SECONDS = 1;
const clients: readonly ClientName[] = ['libmodbus', 'ours', 'stock'];

/** The unpaced line shows what the software costs; no gap on either side, so that like is compared with like. */
async function measure(): Promise<readonly Record<ClientName, ClientRun>[]> {
  const slave = await startSlave();
  const line = { path: slave.path, baudRate: 115_200, seconds: SECONDS };
  const rounds: Record<ClientName, ClientRun>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const runs: Partial<Record<ClientName, ClientRun>> = {};
    for (const client of clients)
      runs[client] = await runClient(client, client === 'ours' ? { ...line, gapMs: 0 } : line);
    rounds.push(runs as Record<ClientName, ClientRun>);
  }
  await slave.stop();
  return rounds;
}

async function run(): Promise<readonly Figure[]> {
  const rounds = await measure();
  const over = (value: (runs: Record<ClientName, ClientRun>) => number): number => median(rounds.map(value));
  const spread = (client: ClientName): string => {
    const rates = rounds.map((runs) => perSecond(runs[client]));
    return `${Math.min(...rates).toFixed(0)}..${Math.max(...rates).toFixed(0)}`;
  };
  return [
    ...clients.map((client) => ({
      measure: `${client}: transactions`,
      value: over((runs) => perSecond(runs[client])),
      unit: 'tx/s',
      note: `${spread(client)}, ${over((runs) => cpuUs(runs[client])).toFixed(1)} us of processor each`,
    })),
    {
      measure: 'ours / libmodbus, transactions',
      value: over((runs) => perSecond(runs.ours) / perSecond(runs.libmodbus)),
      unit: 'ratio',
      atLeast: 0.85,
    },
    {
      measure: 'ours / stock modbus-serial, transactions',
      value: over((runs) => perSecond(runs.ours) / perSecond(runs.stock)),
      unit: 'ratio',
      atLeast: 2.4,
    },
    {
      measure: 'ours / stock modbus-serial, processor time a transaction',
      value: over((runs) => cpuUs(runs.ours) / cpuUs(runs.stock)),
      unit: 'ratio',
      atMost: 0.25,
    },
  ];
}

export const bench: Bench = {
  name: 'line-master',
  what: 'RTU master on a pseudo-terminal, all guards on, against libmodbus (C) and the stock modbus-serial client',
  needs: ['gcc'],
  run,
};
