import { batch } from '@preact/signals';
import type {
  CommandReport,
  DriveDescription,
  DriveStateMessage,
  GroupReport,
  GroupStateMessage,
  RunResource,
  SiteMessage,
  StreamEventName,
  StreamSnapshot,
} from '../../../contracts/index.ts';
import type { ServerEvent } from '../api/event-text.ts';
import { extendTrail } from '../view/trail.ts';
import { addNotice } from './notices.ts';
import { hearOpenRuns, hearRun } from './programs.ts';
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

type Hearer = (store: Store, arrival: Arrival) => void;

const hearers: Record<StreamEventName, Hearer> = {
  snapshot: (store, { body, atMs }) => hearSnapshot(store, body as StreamSnapshot, atMs),
  site: (store, { body }) => hearSite(store, body as SiteMessage),
  description: (store, { body }) => hearDescription(store, body as DriveDescription),
  state: (store, { body, atMs }) => hearDrive(store, body as DriveStateMessage, atMs),
  group: (store, { body }) => hearGroup(store, body as GroupStateMessage),
  'group-command': (store, { body }) => hearGroupReport(store, body as GroupReport),
  command: (store, { body }) => hearReport(store, body as CommandReport),
  run: (store, { body }) => hearRunReport(store, body as RunResource),
  event: () => undefined,
};

function hearEvent(store: Store, event: string, arrival: Arrival): void {
  // A newer server may say more than this page knows.
  if (Object.hasOwn(hearers, event)) hearers[event as StreamEventName](store, arrival);
}

function hearSnapshot(store: Store, snapshot: StreamSnapshot, atMs: number): void {
  const { site, drives, states, groups, runs } = snapshot;
  if (site !== null) hearSite(store, site);
  for (const description of drives) hearDescription(store, description);
  for (const state of states) hearDrive(store, state, atMs);
  for (const group of groups) hearGroup(store, group);
  hearOpenRuns(store, runs);
}

function hearSite(store: Store, site: SiteMessage): void {
  store.site.value = site;
  meet(
    store,
    site.drives.map(({ drive }) => drive),
  );
}

function hearDescription(store: Store, description: DriveDescription): void {
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

function hearGroupReport(store: Store, report: GroupReport): void {
  if (report.command === 'move' && report.status !== 'refused') {
    store.lastMoves.value = new Map(store.lastMoves.value).set(report.group, report);
  }
  if (report.status !== 'failed') return;
  const detail = report.error?.detail ?? 'No reason was given.';
  addNotice(store, { title: `${report.group}: ${report.command} failed`, detail, remedy: null });
}

function hearRunReport(store: Store, run: RunResource): void {
  hearRun(store, run);
  if (run.status !== 'failed') return;
  const detail = run.error?.detail ?? 'No reason was given.';
  addNotice(store, { title: `Program ${run.program} failed`, detail, remedy: null });
}

/** What was accepted and then went wrong, whoever asked for it. A refusal was already told to its asker. */
function hearReport(store: Store, report: CommandReport): void {
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
