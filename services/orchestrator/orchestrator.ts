import type { Site } from '../../config/index.ts';
import {
  topicsOf,
  type CommandReport,
  type DriveDescription,
  type DriveEvent,
  type DriveStateMessage,
  type GroupReport,
  type GroupStateMessage,
  type OrchestratorName,
  type Readiness,
  type RunResource,
  type SiteMessage,
  type StopReport,
  type StreamSnapshot,
} from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { activeBus } from './active-bus.ts';
import { DeviceUnreachable, type ConnectDevice } from './device-client.ts';
import { serveGroupTopics, type GroupTopics } from './group-topics.ts';
import { createGroups, type Groups, type GroupsParts } from './groups.ts';
import { TAKEN_OVER } from './group-run.ts';
import { haltMember } from './group-stop.ts';
import { createInterlocks, type Interlocks } from './interlocks/interlocks.ts';
import { aloneInCharge, createLeadership, type Leadership } from './leadership.ts';
import { createListeners, type Listen, type Listeners } from './listeners.ts';
import { createMemberLeases } from './member-leases.ts';
import { newId } from './new-id.ts';
import { createProgramming, type Programming } from './programs/programming.ts';
import { pollWithoutBroker } from './registry-poll.ts';
import { createRegistry, type Registry } from './registry.ts';
import { readiness, siteMessage, type SiteFacts } from './site-status.ts';
import { createStartGaps } from './start-gaps.ts';
import { createMemoryPrograms, type Store } from './store/index.ts';
import { stopAll } from './stop-all.ts';
import { tellSite } from './tell-site.ts';
import type { Clock, Random } from './time.ts';

export interface OrchestratorParts {
  readonly site: Site;
  readonly facts: SiteFacts;
  readonly bus: MessageBus;
  readonly connect: ConnectDevice;
  /** Its own name among those that the site file names; null or absent: it is the only one. */
  readonly self?: OrchestratorName | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How the store stands is told with the site. Null or absent: nothing is kept, programs live as long as this process. */
  readonly store?: (Pick<Store, 'state' | 'onState'> & Partial<Pick<Store, 'programs' | 'runs'>>) | null;
}

/** One line of the event stream before it is written. */
type StreamNews =
  | { readonly event: 'state'; readonly data: DriveStateMessage }
  | { readonly event: 'description'; readonly data: DriveDescription }
  | { readonly event: 'event'; readonly data: DriveEvent }
  | { readonly event: 'command'; readonly data: CommandReport }
  | { readonly event: 'group'; readonly data: GroupStateMessage }
  | { readonly event: 'group-command'; readonly data: GroupReport }
  | { readonly event: 'run'; readonly data: RunResource }
  | { readonly event: 'site'; readonly data: SiteMessage };

/** Everything but listening: runs over any bus and any way to reach drives, on any clock. */
export interface Orchestrator {
  readonly site: Site;
  readonly registry: Registry;
  readonly groups: Groups;
  readonly programming: Programming;
  readonly leadership: Leadership;
  /** Between drives of several lines; whatever moves a drive past groups and programs asks here first. */
  readonly interlocks: Pick<Interlocks, 'permit'>;
  readonly onNews: Listen<StreamNews>;
  siteMessage(): SiteMessage;
  readiness(): Readiness;
  snapshot(): StreamSnapshot;
  stopAll(): Promise<StopReport>;
  close(): void;
}

export function createOrchestrator(parts: OrchestratorParts): Orchestrator {
  const { site, bus, clock, store = null } = parts;
  const { registry, leadership, interlocks, runParts } = createCommandedSite(parts);
  const face = activeBus(bus, leadership);
  const groups = createGroups(runParts);
  const topics = serveGroupTopics({ site, bus: face, leadership, groups });
  const status = { site, facts: parts.facts, bus, registry, groups, store, leadership };
  const abortAll = (why: string): void => {
    programming.runs.abortAll(why);
    groups.abortAll(why);
  };
  const stopEverything = (): Promise<StopReport> => {
    abortAll('stop-all');
    return stopAll({ ...parts, registry });
  };
  const kept = { ...createMemoryPrograms(), ...store };
  const programming = createProgramming({ ...runParts, face, leadership, groups, store: kept, stopEverything });
  const news = createListeners<StreamNews>();
  const tell = (data: SiteMessage): void => news.tell({ event: 'site', data });
  const ends = [
    () => groups.abortAll('shutdown'),
    pollWithoutBroker({ site, bus, registry, clock }),
    ...gather({ registry, groups, topics, programming }, news),
    ...tellSite({ ...status, face, clock, read: () => siteMessage(status), tell }),
    bus.subscribe(topicsOf(site.mqtt.root).stopAll, ({ retained }) => (retained ? undefined : abortAll('stop-all'))),
    leadership.onChange((isActive) => (isActive ? interlocks.takeUp() : groups.abortAll(TAKEN_OVER))),
    () => void leadership.close(),
    topics.close,
    programming.close,
    groups.close,
    registry.onChange((change) => change.news.kind === 'state' && interlocks.heard(change.news.state)),
    interlocks.close,
    registry.close,
  ];
  return {
    site,
    registry,
    groups,
    programming,
    leadership,
    interlocks,
    onNews: news.listen,
    siteMessage: () => siteMessage(status),
    readiness: () => readiness(status),
    snapshot: () => snapshotOf(siteMessage(status), { registry, groups, programming }),
    stopAll: stopEverything,
    close: () => ends.forEach((end) => end()),
  };
}

function leadershipOf({ self = null, site, clock, random, logger }: OrchestratorParts, registry: Registry): Leadership {
  if (self === null) return aloneInCharge;
  const lines = [...site.lines.keys()];
  return createLeadership({ self, lines, clientOf: (line) => registry.clientOf(line), clock, random, logger });
}

interface Knowing {
  readonly registry: Registry;
  readonly leadership: Leadership;
}

interface CommandedSite extends Knowing {
  readonly interlocks: Interlocks;
  readonly runParts: GroupsParts;
}

/** Whatever this process sends to a drive passes the interlocks first, and shows that it leads. */
function createCommandedSite(parts: OrchestratorParts): CommandedSite {
  const interlocks = createInterlocks({
    ...parts,
    async readState(drive) {
      const client = registry.clientOf(runParts.lineOf(drive));
      if (client === null) throw new DeviceUnreachable(`the device process of ${drive} was never heard of`, 'no');
      return client.readState(drive);
    },
    halt: (drive, how) => haltMember(drive, how, runParts),
    isInCharge: () => leadership.isActive(),
  });
  const registry = createRegistry({
    ...parts,
    connect: (url, fence) => interlocks.guarded(parts.connect(url, fence)),
    fence: (line) => leadership.fence(line),
  });
  const leadership = leadershipOf(parts, registry);
  const runParts = runPartsOf(parts, { registry, leadership });
  return { registry, leadership, interlocks, runParts };
}

/** What every command to drives is run with. */
function runPartsOf(parts: OrchestratorParts, { registry, leadership }: Knowing): GroupsParts {
  const lineOf = (drive: string): string => parts.site.drives.get(drive)?.line ?? '';
  const leases = createMemberLeases({
    clientOf: (drive) => registry.clientOf(lineOf(drive)),
    clock: parts.clock,
    owner: ownerOf(parts),
    isNeeded: parts.site.commands === 'strict',
  });
  const gaps = createStartGaps();
  return { ...parts, registry, lineOf, leases, gaps, leadership, topics: topicsOf(parts.site.mqtt.root) };
}

/** Two that know nothing of each other never share a lease; of those that the site file names the active one takes it anew. */
const ownerOf = ({ self = null, site, random }: OrchestratorParts): string =>
  self === null ? `${site.id}-orchestrator-${newId(random).slice(0, 8)}` : `${site.id}-orchestrators`;

interface Sources {
  readonly registry: Registry;
  readonly groups: Groups;
  readonly topics: GroupTopics;
  readonly programming: Programming;
}

function gather({ registry, groups, topics, programming }: Sources, { tell }: Listeners<StreamNews>): (() => void)[] {
  return [
    registry.onChange(({ news }) => {
      if (news.kind === 'state') tell({ event: 'state', data: news.state });
      if (news.kind === 'description') tell({ event: 'description', data: news.description });
    }),
    registry.onEvent((event) => tell({ event: 'event', data: event })),
    registry.onReport((report) => tell({ event: 'command', data: report })),
    groups.onState((state) => tell({ event: 'group', data: state })),
    topics.onReport((report) => tell({ event: 'group-command', data: report })),
    programming.runs.onRun((run) => tell({ event: 'run', data: run })),
  ];
}

const snapshotOf = (site: SiteMessage, { registry, groups, programming }: Omit<Sources, 'topics'>): StreamSnapshot => {
  const entries = [...registry.entries().values()];
  return {
    site,
    drives: entries.flatMap(({ description }) => description ?? []),
    states: entries.flatMap(({ state }) => state ?? []),
    groups: [...groups.states()],
    runs: [...programming.runs.open()],
  };
};
