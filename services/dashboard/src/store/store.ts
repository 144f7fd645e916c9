import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  GroupReport,
  GroupStateMessage,
  ProgramSummary,
  RunResource,
  SiteMessage,
  StopReport,
} from '../../../contracts/index.ts';
import type { Outcome } from '../api/page-problem.ts';
import type { Connection, Freshness } from '../view/freshness.ts';
import { freshnessOf } from '../view/freshness.ts';
import { createDriveEntry, type DriveEntry } from './drive-entry.ts';
import type { Notice } from './notices.ts';

export interface GroupEntry {
  readonly id: string;
  readonly drives: readonly string[];
}

type StopState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'answered'; readonly outcome: Outcome<StopReport> };

/** Everything the page shows. Nothing here knows the network or the screen. */
export interface Store {
  readonly site: Signal<SiteMessage | null>;
  readonly connection: Signal<Connection>;
  readonly driveIds: Signal<readonly string[]>;
  readonly groups: ReadonlySignal<readonly GroupEntry[]>;
  readonly groupStates: Signal<ReadonlyMap<string, GroupStateMessage>>;
  /** How the last move of each group ended. */
  readonly lastMoves: Signal<ReadonlyMap<string, GroupReport>>;
  readonly programs: Signal<readonly ProgramSummary[]>;
  /** By program: its last run, as far as this page has heard of one. */
  readonly runs: Signal<ReadonlyMap<string, RunResource>>;
  readonly notices: Signal<readonly Notice[]>;
  readonly stop: Signal<StopState>;
  /** The page's clock, in steps of half a second: for ages. */
  readonly nowMs: Signal<number>;
  drive(id: string): DriveEntry;
  freshness(id: string): Freshness;
}

export function createStore(): Store {
  const entries = new Map<string, DriveEntry>();
  const site = signal<SiteMessage | null>(null);
  const connection = signal<Connection>({ kind: 'connecting' });
  const nowMs = signal(0);
  const drive = (id: string): DriveEntry => {
    const known = entries.get(id) ?? createDriveEntry(id);
    entries.set(id, known);
    return known;
  };
  return {
    site,
    connection,
    nowMs,
    drive,
    driveIds: signal([]),
    groups: computed(() => (site.value?.groups ?? []).map(({ group, drives }) => ({ id: group, drives }))),
    groupStates: signal(new Map()),
    lastMoves: signal(new Map()),
    programs: signal([]),
    runs: signal(new Map()),
    notices: signal([]),
    stop: signal({ kind: 'none' }),
    freshness: (id) =>
      freshnessOf({
        connection: connection.value,
        heard: drive(id).heard.value,
        available: isAvailable(site.value, id),
        nowMs: nowMs.value,
      }),
  };
}

function isAvailable(site: SiteMessage | null, id: string): boolean {
  const drive = site?.drives.find((each) => each.drive === id);
  return drive === undefined || drive.availability === 'online';
}
