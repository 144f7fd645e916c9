import type { Site } from '../../config/index.ts';
import type { Readiness, SiteMessage, StoreState } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import { isOnline } from './domain/registry.ts';
import type { Groups } from './groups.ts';
import type { Leadership } from './leadership.ts';
import type { Registry } from './registry.ts';

/** What does not change while the process lives. */
export interface SiteFacts {
  readonly version: string;
  readonly brokerUrl: string;
  readonly simulatorUrl: string | null;
}

export interface StatusParts {
  readonly site: Site;
  readonly facts: SiteFacts;
  readonly bus: MessageBus;
  readonly registry: Registry;
  readonly groups: Groups;
  readonly leadership: Pick<Leadership, 'role'>;
  /** Null where nothing is kept. */
  readonly store: { readonly state: () => StoreState } | null;
}

const availability = (isThere: boolean): 'online' | 'offline' => (isThere ? 'online' : 'offline');

/** The whole site in one message: what there is, and how it stands. */
export function siteMessage(parts: StatusParts): SiteMessage {
  const { site, facts, registry, groups } = parts;
  const drives = [...site.drives.values()];
  return {
    site: site.id,
    version: facts.version,
    simulated: site.simulated,
    ready: readiness(parts).ready,
    lines: [...site.lines.values()].map(({ id, way }) => {
      const own = drives.filter(({ line }) => line === id).map((drive) => drive.id);
      const isUp = own.some((drive) => registry.entry(drive).lineAvailability === 'online');
      return { line: id, kind: way.kind, availability: availability(isUp), drives: own };
    }),
    drives: drives.map(({ id, line }) => ({
      drive: id,
      line,
      availability: availability(isOnline(registry.entry(id))),
      url: registry.urlOf(line),
    })),
    groups: groups.states().map(({ group, state, members }) => ({
      group,
      drives: members.map(({ drive }) => drive),
      state,
    })),
    mqtt: { url: withoutSecrets(facts.brokerUrl), root: site.mqtt.root },
    simulator: facts.simulatorUrl,
    store: parts.store?.state() ?? null,
    orchestrator: parts.leadership.role(),
  };
}

/** Ready when every configured drive is online and the broker is there; otherwise each thing that is missing. */
export function readiness({ site, bus, registry, leadership }: StatusParts): Readiness {
  const silent = [...site.drives.values()].filter(({ id }) => !isOnline(registry.entry(id)));
  const reasons = silent.map(({ id, line }) => {
    const { lineAvailability } = registry.entry(id);
    return lineAvailability === 'offline'
      ? `drive ${id}: the device process of line ${line} is not there`
      : `drive ${id} on line ${line} does not answer`;
  });
  if (bus.state() === 'offline') {
    reasons.unshift('the broker is not reachable: drives are asked directly, stop works over REST, MQTT does not');
  }
  if (leadership.role()?.active === null) reasons.unshift('no orchestrator is active: none has taken the lines yet');
  return { ready: reasons.length === 0, reasons };
}

/** A broker's URL may hold a user and a password. */
export function withoutSecrets(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href.replace(/\/$/, '');
}
