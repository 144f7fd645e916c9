import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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

const nodeClient = fileURLToPath(new URL('rtu-client.ts', import.meta.url));

/** Runs one client in its own process against the slave behind `path`. */
export function runClient(
  client: ClientName,
  line: { path: string; baudRate: number; seconds: number; gapMs?: number },
): ClientRun {
  const [program, ...before] =
    client === 'libmodbus'
      ? [compilePeer('rtu-master', ['modbus'])]
      : [process.execPath, '--import', 'tsx', nodeClient, client];
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
