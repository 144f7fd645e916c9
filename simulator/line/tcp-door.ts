import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../drivers/base/index.ts';
import { CRC_LENGTH, createMbapSplitter, encodeMbap, hasGoodCrc, withCrc } from '../../drivers/modbus/framing/index.ts';
import type { VirtualLine } from './virtual-line.ts';

export interface TcpDoor {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 32;
/** A client that reads nothing is cut off before its answers fill the memory. */
const MOST_UNREAD_BYTES = 1 << 20;

/** Modbus TCP in front of a line, as a gateway does it: requests in order, the unit id says which drive. */
export async function openTcpDoor(
  line: VirtualLine,
  clock: Clock,
  address: { readonly host: string; readonly port: number },
): Promise<TcpDoor> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => serve(socket, line, clock).add(sockets));
  server.maxConnections = MOST_CONNECTIONS;
  const bound = { host: address.host, port: await listen(server, address) };

  function hangUp(): void {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  line.addDoor({ unplug: hangUp, plugIn: () => void server.listen(bound) });
  return {
    ...bound,
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.once('close', resolve);
        hangUp();
      }),
  };
}

function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // a port that was taken while the line was unplugged leaves the door shut; the line itself lives on
      server.on('error', () => undefined);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port);
    });
  });
}

function serve(socket: Socket, line: VirtualLine, clock: Clock): { add(sockets: Set<Socket>): void } {
  const splitter = createMbapSplitter(({ transaction, body }) => {
    const deliver = (answer: Uint8Array): void => {
      // what does not pass the gateway's own check on the line never reaches the network
      if (hasGoodCrc(answer) && !socket.destroyed)
        socket.write(encodeMbap(transaction, answer.subarray(0, answer.length - CRC_LENGTH)));
      if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
    };
    line.take({ frame: withCrc(body), firstByteMs: clock.nowMs(), deliver });
  });
  socket.on('data', (chunk) => {
    socket.cork();
    const isModbus = splitter.push(chunk);
    socket.uncork();
    if (!isModbus) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  return {
    add(sockets) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
  };
}
