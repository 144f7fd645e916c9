import { spawnSync } from 'node:child_process';
import { buildPeer } from '../build-peer.ts';
import { compilePeer } from './c-peer.ts';

/** What one client process measured; see rtu-client.ts and rtu-master.c. */
export interface ClientRun {
  readonly transactions: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export type ClientName = 'libmodbus' | 'ours' | 'stock';

/** Runs one client in its own process against the slave behind `path`. */
export async function runClient(
  client: ClientName,
  line: { path: string; baudRate: number; seconds: number; gapMs?: number },
): Promise<ClientRun> {
  const [program, ...before] =
    client === 'libmodbus'
      ? [compilePeer('rtu-master', ['modbus'])]
      : [process.execPath, await buildPeer('rtu-client'), client];
  const gap = line.gapMs === undefined ? [] : [line.gapMs];
  const args = [...before, line.path, line.baudRate, line.seconds, ...gap].map(String);
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  if (run.status !== 0) throw new Error(`${client} failed: ${run.stderr || String(run.error)}`);
  const measured = JSON.parse(run.stdout) as ClientRun;
  if (measured.wrong > 0) throw new Error(`${client} got ${measured.wrong} wrong values`);
  return measured;
}

export const perSecond = (run: ClientRun): number => run.transactions / run.seconds;
export const cpuUs = (run: ClientRun): number => (run.cpuSeconds / run.transactions) * 1e6;
