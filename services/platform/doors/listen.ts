import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartError } from '../process/start-error.ts';

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * Begins to listen and gives the base URL.
 * @throws StartError when the port is taken or forbidden or the address is not one of this machine's
 */
export async function listen(server: FastifyInstance, address: Address): Promise<string> {
  try {
    await server.listen({ host: address.host, port: address.port });
  } catch (cause) {
    throw cannotListen(address, cause) ?? cause;
  }
  const bound = server.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  return `http://${reachable(address.host)}:${port}`;
}

/** A wildcard is listened on, but cannot be called: from here the loopback address reaches it. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/** The one line for an address that cannot be listened on; null for any other trouble. */
export function cannotListen({ host, port }: Address, cause: unknown): StartError | null {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is taken by another program: stop that program or choose another port`,
    EACCES: `port ${port} of ${host} may not be used by this user: choose a port above 1023`,
    EPERM: `port ${port} of ${host} may not be used by this user: choose a port above 1023`,
    EADDRNOTAVAIL: `${host} (port ${port}) is no address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own addresses`,
    ENOTFOUND: `the host name ${host} (port ${port}) is not known: use 127.0.0.1 or one of this machine's addresses`,
  };
  const sentence = why[code];
  return sentence === undefined ? null : new StartError(sentence, { cause });
}
