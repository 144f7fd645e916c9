import { batch } from '@preact/signals';
import type {
  CommandReport,
  DriveDescription,
  DriveStateMessage,
  GroupStateMessage,
  SiteMessage,
} from '../../../contracts/index.ts';
import type { ServerEvent } from '../api/event-text.ts';
import { extendTrail } from '../view/trail.ts';
import { addNotice } from './notices.ts';
import type { Store } from './store.ts';

/** Takes what the event stream says into the store. Names and shapes are the server's, which is of the page's own version. */
export function hearEvents(store: Store, events: readonly ServerEvent[], atMs: number): void {
  batch(() => {
    for (const { event, data } of events) hearEvent(store, event, { body: JSON.parse(data) as unknown, atMs });
  });
}

interface Arrival {
  readonly body: unknown;
  readonly atMs: number;
}

function hearEvent(store: Store, event: string, { body, atMs }: Arrival): void {
  switch (event) {
    case 'drive':
      return hearDrive(store, body as DriveStateMessage, atMs);
    case 'description':
      return hearDescription(store, body as DriveDescription);
    case 'group':
      return hearGroup(store, body as GroupStateMessage);
    case 'site':
      return hearSite(store, body as SiteMessage);
    case 'result':
      return hearResult(store, body as CommandReport);
  }
}

export function hearSite(store: Store, site: SiteMessage): void {
  store.site.value = site;
  meet(
    store,
    site.drives.map(({ drive }) => drive),
  );
}

export function hearDescription(store: Store, description: DriveDescription): void {
  store.drive(description.drive).description.value = description;
  meet(store, [description.drive]);
}

function hearDrive(store: Store, message: DriveStateMessage, atMs: number): void {
  const entry = store.drive(message.drive);
  const position = message.stale || message.link === 'offline' ? null : message.position;
  entry.heard.value = { message, arrivedAtMs: atMs };
  entry.trail.value = extendTrail(entry.trail.value, { atMs, position });
  meet(store, [message.drive]);
}

function hearGroup(store: Store, message: GroupStateMessage): void {
  store.groupStates.value = new Map(store.groupStates.value).set(message.group, message);
}

/** What was accepted and then went wrong, whoever asked for it. A refusal was already told to its asker. */
function hearResult(store: Store, report: CommandReport): void {
  if (report.status !== 'failed' && report.status !== 'unknown') return;
  const how = report.status === 'failed' ? 'failed' : 'has no known outcome';
  addNotice(store, {
    title: `${report.drive}: ${report.command} ${how}`,
    detail: report.error?.detail ?? 'No reason was given.',
    remedy: report.status === 'unknown' ? 'Read the state before you command again.' : null,
  });
}

/** Nothing is known from here on: the trail gets a gap, and ages count from what was last heard. */
export function losePositions(store: Store, atMs: number): void {
  batch(() => {
    for (const id of store.driveIds.value) {
      const { trail } = store.drive(id);
      trail.value = extendTrail(trail.value, { atMs, position: null });
    }
  });
}

function meet(store: Store, ids: readonly string[]): void {
  const fresh = ids.filter((id) => !store.driveIds.value.includes(id));
  if (fresh.length > 0) store.driveIds.value = [...store.driveIds.value, ...fresh];
}
