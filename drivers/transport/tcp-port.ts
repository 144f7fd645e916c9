import { connect, type Socket } from 'node:net';
import { DriverError, beginningsOf, type Clock } from '../base/index.ts';
import type { BytePort, BytePortListener, OpenPort } from './byte-port.ts';

interface TcpOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Longest wait for the connection, in ms. */
  readonly connectTimeoutMs?: number | undefined;
}

/** A peer that lost its power never says goodbye: the system asks after this silence. */
const KEEP_ALIVE_MS = 5000;
/** Longer than any Modbus frame; a fuller read only costs a second call. */
const RECEIVE_BYTES = 4096;

/** A TCP connection as a byte port: Modbus TCP, or raw RTU frames through a serial server. */
export function openTcp(options: TcpOptions): OpenPort {
  return (listener, signal) =>
    new Promise((resolve, reject) => {
      const name = `tcp ${options.host}:${options.port}`;
      const connection = createConnection(name, options, listener);
      const refuse = (cause: unknown): void => {
        settle();
        connection.socket.destroy();
        reject(new DriverError('PORT_UNAVAILABLE', `${name} cannot be reached: ${adviceFor(cause)}`, { cause }));
      };
      const onAbort = (): void => refuse(signal?.reason);
      const timeoutMs = options.connectTimeoutMs ?? 3000;
      const cancelTimeout = options.clock.after(timeoutMs, () => refuse({ code: 'ETIMEDOUT' }));
      const settle = (): void => {
        cancelTimeout();
        signal?.removeEventListener('abort', onAbort);
        connection.socket.off('error', refuse);
      };
      connection.socket.once('error', refuse);
      connection.socket.once('connect', () => {
        settle();
        resolve(connection.established());
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
}

interface Connection {
  readonly socket: Socket;
  established(): BytePort;
}

function createConnection(name: string, options: TcpOptions, listener: BytePortListener): Connection {
  let isOwned = false;
  const buffer = Buffer.allocUnsafe(RECEIVE_BYTES);
  const received = beginningsOf(buffer);
  const socket = connect({
    host: options.host,
    port: options.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    onread: {
      buffer,
      callback: (length) => {
        if (isOwned) listener.bytes(received(length));
        return true;
      },
    },
  });
  // Without a listener an error event would end the process, also after our own destroy().
  socket.on('error', () => undefined);

  function lose(cause?: unknown): void {
    if (!isOwned) return;
    isOwned = false;
    socket.destroy();
    listener.lost(new DriverError('PORT_LOST', `${name} was closed by the other side`, { cause }));
  }

  function established(): BytePort {
    isOwned = true;
    socket.on('error', lose);
    socket.on('end', () => lose());
    socket.on('close', () => lose());
    return {
      name,
      write(bytes) {
        if (!isOwned) throw new DriverError('PORT_LOST', `${name} is closed`);
        socket.write(bytes);
      },
      close() {
        isOwned = false;
        return closed(socket);
      },
    };
  }

  return { socket, established };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once('close', () => resolve());
    socket.destroy();
  });
}

const advice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check the port number and that the gateway or drive is switched on',
  ETIMEDOUT: 'no answer; check the address, the cable and that the gateway or drive is switched on',
  EHOSTUNREACH: 'there is no route; check the address and the network of this machine',
  ENETUNREACH: 'there is no route; check the address and the network of this machine',
  ENOTFOUND: 'the name is not known; check its spelling or use the IP address',
  EAI_AGAIN: 'the name could not be looked up; check the DNS or use the IP address',
};

function adviceFor(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  return advice[code ?? ''] ?? message ?? 'the attempt was given up';
}
