import { z } from 'zod';
import type { DriveConfig, Site } from '../../config/index.ts';
import {
  CommandReport,
  DriveDescription,
  DriveEvent,
  DriveStateMessage,
  topicsOf,
  type AxisState,
} from '../contracts/index.ts';
import type { IncomingMessage, MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import type { ConnectDevice, DeviceClient } from './device-client.ts';
import { afterNews, axisStateOf, unheard, type DriveEntry, type DriveNews } from './domain/registry.ts';
import { createListeners, type Listen } from './listeners.ts';
import type { Clock } from './time.ts';

export interface RegistryParts {
  readonly site: Site;
  readonly bus: MessageBus;
  readonly connect: ConnectDevice;
  /** What is shown to the process of a line with each change; null for nothing. */
  readonly fence: (line: string) => string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface DriveChange {
  readonly drive: string;
  readonly news: DriveNews;
}

/** Every drive of the site with what it last said of itself. Drives that the site file does not name are not its own. */
export interface Registry {
  entry(drive: string): DriveEntry;
  entries(): ReadonlyMap<string, DriveEntry>;
  /** `unknown` as soon as the drive, its process or its data is gone. */
  axisState(drive: string): AxisState;
  /** Base URL of the process that owns a line, as last learnt; it outlives broker and process. */
  urlOf(line: string): string | null;
  clientOf(line: string): DeviceClient | null;
  learn(drive: string, news: DriveNews): void;
  readonly onChange: Listen<DriveChange>;
  readonly onReport: Listen<CommandReport>;
  readonly onEvent: Listen<DriveEvent>;
  readonly close: () => void;
}

const Availability = z.enum(['online', 'offline']);

export function createRegistry(parts: RegistryParts): Registry {
  const { site, clock } = parts;
  const entries = new Map<string, DriveEntry>([...site.drives.keys()].map((drive) => [drive, unheard]));
  const processes = createProcesses(parts);
  const changes = createListeners<DriveChange>();
  const reports = createListeners<CommandReport>();
  const events = createListeners<DriveEvent>();
  const entry = (drive: string): DriveEntry => entries.get(drive) ?? unheard;

  function learn(drive: string, news: DriveNews): void {
    const before = entries.get(drive);
    if (before === undefined) return;
    const after = afterNews(before, news, clock.nowMs());
    if (after === before) return;
    entries.set(drive, after);
    if (news.kind === 'description') processes.learn(news.description.line, news.description.url);
    changes.tell({ drive, news });
  }

  const unsubscribe = hear(parts, { learn, report: reports.tell, event: events.tell });
  return {
    entry,
    entries: () => entries,
    axisState: (drive) => axisStateOf(entry(drive), clock.nowMs()),
    urlOf: processes.urlOf,
    clientOf: processes.clientOf,
    learn,
    onChange: changes.listen,
    onReport: reports.listen,
    onEvent: events.listen,
    close: unsubscribe,
  };
}

interface Processes {
  learn(line: string, url: string): void;
  readonly urlOf: (line: string) => string | null;
  readonly clientOf: (line: string) => DeviceClient | null;
}

/** A line whose port is written in the site file is known before it was ever heard of. */
function createProcesses({ site, connect, fence }: Pick<RegistryParts, 'site' | 'connect' | 'fence'>): Processes {
  const clients = new Map<string, { readonly url: string; readonly client: DeviceClient }>();
  const learn = (line: string, url: string): void => {
    if (clients.get(line)?.url !== url) clients.set(line, { url, client: connect(url, () => fence(line)) });
  };
  for (const { id, httpPort } of site.lines.values()) if (httpPort !== 0) learn(id, `http://127.0.0.1:${httpPort}`);
  return {
    learn,
    urlOf: (line) => clients.get(line)?.url ?? null,
    clientOf: (line) => clients.get(line)?.client ?? null,
  };
}

interface Ears {
  learn(drive: string, news: DriveNews): void;
  readonly report: (report: CommandReport) => void;
  readonly event: (event: DriveEvent) => void;
}

/** Subscribes to what drives say. A message that breaks the contract is logged and dropped. */
function hear(parts: RegistryParts, ears: Ears): () => void {
  const topics = topicsOf(parts.site.mqtt.root);
  const on = <T>(filter: string, schema: z.ZodType<T>, take: (value: T, topic: string) => void): (() => void) =>
    parts.bus.subscribe(filter, (message) => {
      // An empty payload is how a retained topic is cleared.
      if (message.payload === '') return;
      const parsed = schema.safeParse(payloadOf(message));
      if (parsed.success) take(parsed.data, message.topic);
      else parts.logger.warn({ topic: message.topic, issues: parsed.error.issues }, 'message breaks the contract');
    });
  const drivesOf = (line: string): readonly DriveConfig[] =>
    [...parts.site.drives.values()].filter((drive) => drive.line === line);
  const ends = [
    on(topics.driveInfo('+'), DriveDescription, (description) =>
      ears.learn(description.drive, { kind: 'description', description }),
    ),
    on(topics.driveState('+'), DriveStateMessage, (state) => ears.learn(state.drive, { kind: 'state', state })),
    on(topics.driveAvailability('+'), Availability, (availability, topic) =>
      ears.learn(idIn(topic), { kind: 'availability', availability }),
    ),
    on(topics.lineAvailability('+'), Availability, (availability, topic) => {
      for (const { id } of drivesOf(idIn(topic))) ears.learn(id, { kind: 'lineAvailability', availability });
    }),
    on(topics.driveResults('+'), CommandReport, ears.report),
    on(topics.driveEvent('+', '+'), DriveEvent, ears.event),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** `kmotion/lines/bench/availability`: the id is the last word but one. */
const idIn = (topic: string): string => topic.split('/').at(-2) ?? '';

/** Availability is a bare word, everything else JSON; what is neither stays text and breaks the schema. */
function payloadOf({ payload }: IncomingMessage): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
