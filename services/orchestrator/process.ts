import type { Site } from '../../config/index.ts';
import { asyncApiDocument, openApiDocument, type OrchestratorName } from '../contracts/index.ts';
import { connectMessageBus, type MessageBus } from '../platform/bus/index.ts';
import { brokerLogin, checkDoors, listen, loginLink, openTokenFile, type TokenFile } from '../platform/doors/index.ts';
import { createHttpServer, createMetrics, type Figures, type HttpServer } from '../platform/http/index.ts';
import { packageVersion } from '../platform/package/index.ts';
import { StartError, type Logger } from '../platform/process/index.ts';
import type { Commissioning } from './commissioning.ts';
import { addCommissioningRoutes } from './http/commissioning-routes.ts';
import { addDocumentRoutes } from './http/document-routes.ts';
import { addDriveRoutes, type TokenOf } from './http/drive-routes.ts';
import { addGroupRoutes } from './http/group-routes.ts';
import { addHistoryRoutes } from './http/history-routes.ts';
import { addPageRoutes } from './http/page-routes.ts';
import { recordRequests } from './http/record-requests.ts';
import { refuseOnStandby } from './http/standby.ts';
import { addProgramRoutes } from './http/program-routes.ts';
import { addSiteFigures, addSiteRoutes } from './http/site-routes.ts';
import { addStreamRoute } from './http/stream-route.ts';
import { addStoreFigures } from './http/store-figures.ts';
import { newId } from './new-id.ts';
import { createOrchestrator, type Orchestrator } from './orchestrator.ts';
import { recordSite } from './record-site.ts';
import { restDevices } from './rest-device-client.ts';
import { createScans } from './scans.ts';
import { withoutSecrets, type SiteFacts } from './site-status.ts';
import { storePlace } from './store-place.ts';
import { openStore, type Store } from './store/index.ts';
import type { Clock, Random } from './time.ts';

export interface OrchestratorOptions {
  readonly site: Site;
  /** Of the broker that really runs, also for `mqtt.url: embedded`. */
  readonly brokerUrl: string;
  /** Control URL of the simulator; null without simulated lines. */
  readonly simulatorUrl: string | null;
  /** Which of the orchestrators of the site file this is; null or absent where that names none. */
  readonly self?: OrchestratorName | null;
  /** Lists and searches ports; null where nobody can. */
  readonly commissioning?: Commissioning | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface OrchestratorProcess {
  readonly url: string;
  /** Opens the page; with a code that works once where tokens are asked for. */
  readonly pageUrl: string;
  close(): Promise<void>;
}

/** @throws StartError when the doors are not safe, the port is taken or the token file cannot be used */
export async function startOrchestrator(options: OrchestratorOptions): Promise<OrchestratorProcess> {
  const { site, clock, logger } = options;
  refuseUnsafeDoors(site);
  const tokens = await openTokens(site);
  const access = tokens ?? { kind: 'open' as const };
  const tokenOf: TokenOf = (role) => tokens?.tokenOf(role) ?? null;
  const bus = connectBus(options, tokens);
  const facts = { version: packageVersion(), brokerUrl: options.brokerUrl, simulatorUrl: options.simulatorUrl };
  const store = openStore({ place: storePlace(site), clock });
  const orchestrator = createOrchestrator({
    ...options,
    store,
    facts,
    bus,
    connect: restDevices({ clock, token: tokenOf('operator'), leaderToken: tokenOf('engineer') }),
  });
  const endRecord = recordSite({ orchestrator, store, clock });
  const server = createHttpServer({ logger, access, hosts: site.http.hosts });
  refuseOnStandby(server, orchestrator.leadership);
  recordRequests(server, { events: store.events, clock });
  addRoutes(server, { orchestrator, store, clock, tokenOf, bus });
  const closeScans = addCommissioning(server, options);
  addContract(server, site, facts);
  const close = async (): Promise<void> => {
    closeScans();
    await server.close();
    await orchestrator.programming.runs.close();
    // told before the bus is gone, so that the one that stands by need not wait for the lease to end
    await orchestrator.leadership.close();
    endRecord();
    orchestrator.close();
    await store.close();
    await bus.close();
  };
  try {
    const url = await listen(server, site.http);
    return { url, pageUrl: loginLink(url, access), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function refuseUnsafeDoors({ http, mqtt, simulated, auth }: Site): void {
  const broker = mqtt.url === 'embedded' ? [{ what: 'the MQTT broker', host: mqtt.host }] : [];
  const problems = checkDoors({ listeners: [{ what: 'http', host: http.host }, ...broker], simulated, auth });
  if (problems.length > 0) throw new StartError(problems.join('\n'));
}

async function openTokens({ auth }: Site): Promise<TokenFile | null> {
  return auth.kind === 'open' ? null : openTokenFile(auth.file);
}

/** The name is new each time: two clients of one name would throw each other out for ever. */
function connectBus(
  { site, brokerUrl, clock, random, logger }: OrchestratorOptions,
  tokens: TokenFile | null,
): MessageBus {
  const { ca, cert, key } = site.mqtt;
  const clientId = `${site.id}-orchestrator-${newId(random).slice(0, 8)}`;
  const login = brokerLogin(site.mqtt, tokens);
  return connectMessageBus({ url: brokerUrl, clientId, ...login, ca, cert, key, clock, random, logger });
}

interface RouteParts {
  readonly orchestrator: Orchestrator;
  readonly store: Store;
  readonly clock: Clock;
  readonly tokenOf: TokenOf;
  readonly bus: MessageBus;
}

function addRoutes(server: HttpServer, { orchestrator, store, clock, tokenOf, bus }: RouteParts): void {
  const add = (figures: Figures): void => {
    addSiteFigures(figures, { orchestrator, clock });
    addStoreFigures(figures, store);
  };
  addSiteRoutes(server, { orchestrator, metrics: createMetrics({ process: true, bus, add }) });
  addDriveRoutes(server, { orchestrator, tokenOf });
  addGroupRoutes(server, { orchestrator, clock });
  addHistoryRoutes(server, { store, drives: orchestrator.site.drives, clock });
  addProgramRoutes(server, orchestrator.programming);
  addStreamRoute(server, { orchestrator, clock });
  addPageRoutes(server);
}

function addCommissioning(
  server: HttpServer,
  { commissioning = null, clock, random }: OrchestratorOptions,
): () => void {
  if (commissioning === null) return () => undefined;
  const scans = createScans(commissioning, { clock, random });
  addCommissioningRoutes(server, { commissioning, scans });
  return () => scans.close();
}

function addContract(server: HttpServer, { mqtt }: Site, { version, brokerUrl }: SiteFacts): void {
  addDocumentRoutes(server, {
    openapi: openApiDocument(version),
    asyncapi: asyncApiDocument({ version, root: mqtt.root, broker: withoutSecrets(brokerUrl) }),
  });
}
