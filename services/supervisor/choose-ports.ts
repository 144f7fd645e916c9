import { createServer } from 'node:net';
import type { Site } from '../../config/index.ts';
import { hasSimulatedLine, type SitePorts } from './plan-parts.ts';
import { SupervisorError } from './supervisor-error.ts';

export interface ChosenPorts {
  readonly ports: SitePorts;
  /** What differs from the usual, for people. */
  readonly notices: readonly string[];
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Fixes every port before anything starts, so that all parts can start at once and find each other again after a
 * restart. Between this look and the listening of the part another program could take the port; then the part says so.
 * @throws SupervisorError when a configured port cannot be had
 */
export async function choosePorts(site: Site): Promise<ChosenPorts> {
  const http = await claim(site.http, 'http.port (or KMOTION_HTTP_PORT)');
  const broker = site.mqtt.url === 'embedded' ? await brokerPort(site.mqtt) : null;
  const simulator = hasSimulatedLine(site)
    ? await claim({ host: '127.0.0.1', port: site.simulator.port }, 'simulator.port')
    : null;
  return { ports: { http, broker: broker?.port ?? null, simulator }, notices: broker?.notices ?? [] };
}

type BrokerAddress = Address & { readonly portIsDefault?: boolean };

async function brokerPort({
  host,
  port,
  portIsDefault = false,
}: BrokerAddress): Promise<{ readonly port: number; readonly notices: readonly string[] }> {
  const wanted = await probe({ host, port });
  if (typeof wanted === 'number') return { port: wanted, notices: [] };
  if (!portIsDefault || wanted.code !== 'EADDRINUSE') throw refusal({ host, port }, wanted, 'mqtt.port');
  const free = await claim({ host, port: 0 }, 'mqtt.port');
  return {
    port: free,
    notices: [`port ${port} is taken, so the broker listens on ${free}; set mqtt.port to choose one`],
  };
}

async function claim(address: Address, setting: string): Promise<number> {
  const found = await probe(address);
  if (typeof found !== 'number') throw refusal(address, found, setting);
  return found;
}

/** The port that can be listened on (a free one for 0), or why it cannot. */
function probe({ host, port }: Address): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : port));
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no address of this machine',
};

function refusal(
  { host, port }: Address,
  { code = '', message }: NodeJS.ErrnoException,
  setting: string,
): SupervisorError {
  const why = REASONS[code] ?? `cannot be listened on (${message})`;
  return new SupervisorError(
    `${host} port ${port} ${why}: stop that program or set ${setting} to another; 0 takes a free one`,
  );
}
