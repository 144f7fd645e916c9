import type { Clock, Random } from '../../drivers/base/index.ts';
import type { LineConfig, Site } from '../../config/index.ts';
import { topicsOf } from '../contracts/index.ts';
import { connectMessageBus, type MessageBus } from '../platform/bus/index.ts';
import { brokerLogin, checkDoors, listen, openTokenFile, type TokenFile } from '../platform/doors/index.ts';
import { createHttpServer, createMetrics, type HttpServer } from '../platform/http/index.ts';
import { StartError, type Logger } from '../platform/process/index.ts';
import { addLineMetrics } from './line-metrics.ts';
import { createLineHost, type LineHost } from './line-host.ts';
import { openPortOf } from './open-port.ts';
import { newCommandId } from './random-ids.ts';
import { addCommandRoutes } from './routes/command-routes.ts';
import { addDriveRoutes } from './routes/drive-routes.ts';
import { addAuthorityRoutes } from './routes/authority-routes.ts';
import { addLeadershipRoutes } from './routes/leadership-routes.ts';
import { addHealthRoutes } from './routes/health-routes.ts';
import { addLineRoutes } from './routes/line-routes.ts';
import { addRegisterRoutes } from './routes/register-routes.ts';

export interface DeviceProcessOptions {
  readonly site: Site;
  /** Id of the line that this process owns. */
  readonly line: string;
  /** Of the broker that really runs, also for `mqtt.url: embedded`. */
  readonly brokerUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface DeviceProcess {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the drives of one line over REST and MQTT. A port that is missing and a broker that is down are told and tried
 * again; neither keeps the process from starting.
 * @throws StartError when the doors are not safe, the port is taken or the token file cannot be used
 */
export async function startDeviceProcess(options: DeviceProcessOptions): Promise<DeviceProcess> {
  const { site, clock, logger } = options;
  const line = lineOf(options);
  // a port that was asked for may be reached from elsewhere; one that nobody chose stays on this machine
  const host = line.httpPort === 0 ? '127.0.0.1' : site.http.host;
  refuseUnsafeDoors(site, line, host);
  const tokens = await openTokens(site);
  const server = createHttpServer({ logger, access: tokens ?? { kind: 'open' }, hosts: site.http.hosts });
  const bus = connectBus(options, tokens);
  const lineHost = createLineHost({
    site: { id: site.id, mqttRoot: site.mqtt.root, commands: site.commands },
    line,
    drives: [...site.drives.values()].filter((drive) => drive.line === line.id),
    interlocks: site.interlocks,
    openPort: openPortOf(line, clock),
    bus,
    clock,
    random: options.random,
    logger,
  });
  const stopTelling = tellLine(lineHost, logger);
  addRoutes(server, { host: lineHost, clock, bus });
  const close = async (): Promise<void> => {
    stopTelling();
    await server.close();
    await lineHost.close();
    await bus.close();
  };
  try {
    const url = await listen(server, { host, port: line.httpPort });
    lineHost.announce(url);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function lineOf({ site, line }: DeviceProcessOptions): LineConfig {
  const config = site.lines.get(line);
  if (config !== undefined) return config;
  throw new StartError(`the site ${site.id} has no line ${line}; it has ${[...site.lines.keys()].join(', ')}`);
}

function refuseUnsafeDoors({ auth }: Site, line: LineConfig, host: string): void {
  const listeners = [{ what: `line ${line.id}`, host }];
  const problems = checkDoors({ listeners, simulated: line.way.kind === 'simulated', auth });
  if (problems.length > 0) throw new StartError(problems.join('\n'));
}

async function openTokens({ auth }: Site): Promise<TokenFile | null> {
  return auth.kind === 'open' ? null : openTokenFile(auth.file);
}

/** The client's name is new each time: two clients of one name would throw each other out for ever. */
function connectBus(
  { site, line, brokerUrl, clock, random, logger }: DeviceProcessOptions,
  tokens: TokenFile | null,
): MessageBus {
  const { ca, cert, key, root } = site.mqtt;
  const will = { topic: topicsOf(root).lineAvailability(line), payload: 'offline' };
  return connectMessageBus({
    url: brokerUrl,
    clientId: `${site.id}-${line}-${newCommandId(random).slice(0, 8)}`,
    ...brokerLogin(site.mqtt, tokens),
    ca,
    cert,
    key,
    will,
    clock,
    random,
    logger,
  });
}

function tellLine({ line }: LineHost, logger: Logger): () => void {
  return line.onState((state, reason) => {
    if (state === 'online') logger.info({ line: line.name }, reason);
    else logger.warn({ line: line.name }, reason);
  });
}

interface Served {
  readonly host: LineHost;
  readonly clock: Clock;
  readonly bus: MessageBus;
}

function addRoutes(server: HttpServer, { bus, ...parts }: Served): void {
  const metrics = createMetrics({ process: true, bus, add: (figures) => addLineMetrics(figures, parts.host) });
  addLeadershipRoutes(server, parts);
  addHealthRoutes(server, { ...parts, metrics });
  addDriveRoutes(server, parts);
  addCommandRoutes(server, parts);
  addAuthorityRoutes(server, parts);
  addRegisterRoutes(server, parts);
  addLineRoutes(server, parts);
}
