import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import { cannotListen, checkDoors, reachable, type Access } from '../platform/doors/index.ts';
import { StartError, type Logger } from '../platform/process/index.ts';
import { createGuard } from './guard.ts';
import { sendOnlyNewestRetained } from './newest-retained.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  /** Open to everybody, which is possible on loopback only, or to who shows a token. */
  readonly access: Access;
  /** Root of the site's topics, as `kmotion`. */
  readonly root?: string;
}

export interface RunningBroker {
  /** mqtt://127.0.0.1:1883 */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 256;
/** Of a whole packet: a payload of 64 KiB, its topic and properties. */
const MAX_PACKET_BYTES = 65_536 + 4096;
const CONNECT_WITHIN_MS = 5000;
/** A subscriber that reads nothing for so long is cut off: it holds up the others. */
const DRAIN_WITHIN_MS = 5000;

/**
 * Starts the embedded broker. It keeps sessions and retained messages in memory only: after its death every owner
 * publishes its state again.
 * @throws StartError when the port is taken, or when it would be open beyond this machine
 */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { host, port, logger, access, root = 'kmotion' } = options;
  refuseUnsafeDoors(host, access);
  const broker = await Aedes.createBroker({
    maximumPacketSize: MAX_PACKET_BYTES,
    connectTimeout: CONNECT_WITHIN_MS,
    drainTimeout: DRAIN_WITHIN_MS,
    // Nothing waits here for a client that is away: no old command can arrive late.
    preConnect: makeClean,
    sessionExpiryIntervalLimit: 1,
    pendingSessionsLimit: MAX_CONNECTIONS,
    maxTopicLevels: 16,
    maxClientsIdLength: 128,
    keepaliveLimit: 300,
    ...(access.kind === 'tokens' && createGuard({ access, root, logger })),
  });
  sendOnlyNewestRetained(broker);
  reportTrouble(broker, logger);
  // With Nagle a QoS 1 exchange takes 44 ms instead of 0.3.
  const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = trackSockets(server);
  const actualPort = await bind(server, { host, port });
  return {
    url: `mqtt://${reachable(host)}:${actualPort}`,
    async close() {
      const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const socket of sockets) socket.destroy();
      await isClosed;
    },
  };
}

/** Which lines the site has is not known here; without tokens this machine is the limit in any case. */
function refuseUnsafeDoors(host: string, { kind }: Access): void {
  const auth = kind === 'open' ? ({ kind, reason: null } as const) : { kind };
  const problems = checkDoors({ listeners: [{ what: 'the MQTT broker', host }], simulated: true, auth });
  if (problems.length > 0) throw new StartError(problems.join('\n'));
}

/** 3.1.1 has no expiry of sessions: each begins anew, and the CONNACK says so (no session present). */
const makeClean: NonNullable<AedesOptions['preConnect']> = (_client, packet, done) => {
  if (packet.protocolVersion !== 5) packet.clean = true;
  done(null, true);
};

function reportTrouble(broker: Aedes, logger: Logger): void {
  broker.on('clientError', (client, error) =>
    logger.debug({ client: client.id, reason: error.message }, 'client failed'),
  );
  broker.on('connectionError', (_client, error) => logger.debug({ reason: error.message }, 'connection refused'));
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function bind(server: Server, address: { host: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(address, cause) ?? cause));
    server.listen(address, () => resolve());
  });
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : address.port;
}
