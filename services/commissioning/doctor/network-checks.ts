import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type IClientOptions } from 'mqtt';
import type { Site } from '../../../config/index.ts';
import { reachable } from '../../platform/doors/index.ts';
import { good, mend, note, type DoctorFinding } from './finding.ts';
import { onMachine, type Machine } from './machine.ts';

const LONGEST_CONNECT_MS = 3000;

export interface ListenAddress {
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** Nobody named it, so another is taken by itself. */
  readonly portIsDefault?: boolean;
}

/** Whether an address can be listened on, or who does already. */
export async function checkListen(
  { what, host, port, portIsDefault = false }: ListenAddress,
  machine: Machine,
): Promise<readonly DoctorFinding[]> {
  if (port === 0) return [];
  const code = await listenProblem(host, port);
  if (code === null) return [good('address', `${what} can listen on ${host}:${port}`)];
  if (code !== 'EADDRINUSE') {
    return [
      mend(
        'address',
        `${what} cannot listen on ${host}:${port} (${code})`,
        `Set ${what}.host and ${what}.port to an address of this machine.`,
      ),
    ];
  }
  const who = listenerOf(port, machine) ?? 'another program';
  if (portIsDefault) return [note('address', `port ${port} of ${what} is taken by ${who}: a free one will be used`)];
  return [
    mend(
      'address',
      `port ${port} of ${what} is taken by ${who}`,
      `Stop it, or set ${what}.port to another; 0 takes a free one.`,
    ),
  ];
}

function listenProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** `node (process 4711)`: by way of the socket's number in /proc/net/tcp, see proc(5). */
function listenerOf(port: number, machine: Machine): string | null {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['tcp', 'tcp6'].flatMap((table) => textOf(onMachine(machine, `/proc/net/${table}`)).split('\n'));
  const inode = rows
    .map((row) => row.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(`:${hexPort}`) === true && fields[3] === LISTENING)?.[9];
  return inode === undefined ? null : processWith(`socket:[${inode}]`, onMachine(machine, '/proc'));
}

const LISTENING = '0A';

function processWith(target: string, proc: string): string | null {
  const holder = list(proc).find(
    (id) => /^\d+$/.test(id) && list(join(proc, id, 'fd')).some((fd) => linkOf(join(proc, id, 'fd', fd)) === target),
  );
  return holder === undefined ? null : `${textOf(join(proc, holder, 'comm')).trim()} (process ${holder})`;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A whole CONNECT, so that a wrong password is told as one. */
export async function checkBroker({ mqtt }: Site): Promise<DoctorFinding> {
  const { username, password, ca, cert, key, url } = mqtt;
  const problem = await connectProblem(url, {
    connectTimeout: LONGEST_CONNECT_MS,
    reconnectPeriod: 0,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  });
  const shown = withoutSecrets(url);
  if (problem === null) return good('broker', `the broker at ${shown} lets us in`);
  return mend(
    'broker',
    `the broker at ${shown} cannot be used: ${problem}`,
    'Start it, or correct mqtt.url, mqtt.username and mqtt.passwordFile.',
  );
}

function connectProblem(url: string, options: IClientOptions): Promise<string | null> {
  return new Promise((resolve) => {
    const client = connect(url, options);
    const end = (problem: string | null): void => {
      resolve(problem);
      client.end(true);
    };
    client.once('connect', () => end(null));
    client.on('error', (error) =>
      end(error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message),
    );
    client.once('close', () => end(`no answer within ${LONGEST_CONNECT_MS / 1000} s`));
  });
}

function withoutSecrets(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href.replace(/\/$/, '');
}

/** The site as it answers at its own address; null when it does not run. */
export async function runningSite({ http }: Site): Promise<boolean> {
  try {
    const response = await fetch(`http://${reachable(http.host)}:${http.port}/healthz`, {
      signal: AbortSignal.timeout(LONGEST_CONNECT_MS),
    });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'status' in body && body.status === 'ok';
  } catch {
    return false;
  }
}
