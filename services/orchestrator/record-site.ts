import {
  HistoryChannel,
  type CommandReport,
  type DriveEvent,
  type DriveStateMessage,
  type GroupReport,
} from '../contracts/index.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { Sample, SiteEvent, Store } from './store/index.ts';
import type { Clock } from './time.ts';

interface Parts {
  readonly orchestrator: Orchestrator;
  readonly store: Pick<Store, 'events' | 'history'>;
  readonly clock: Clock;
}

/**
 * Writes down what the drives and groups tell: their readings, their events, and what became of every command. Two
 * orchestrators have one store, and the active one writes it.
 */
export function recordSite({ orchestrator, store, clock }: Parts): () => void {
  const { events, history } = store;
  const now = (): string => new Date(clock.unixMs()).toISOString();
  return orchestrator.onNews((news) => {
    if (!orchestrator.leadership.isActive()) return;
    if (news.event === 'state') {
      const sample = sampleOf(news.data);
      if (sample !== null) history.append(news.data.drive, sample);
    }
    if (news.event === 'event') events.record(driveEvent(news.data));
    if (news.event === 'command') events.record(commandEvent(news.data, now()));
    if (news.event === 'group-command') events.record(groupEvent(news.data, now()));
  });
}

/** Null when nothing of it was read: then it has no time either. */
function sampleOf(state: DriveStateMessage): Sample | null {
  if (state.sampledAt === null) return null;
  const readings = HistoryChannel.options.map((channel) => [channel, state[channel]]);
  return { atMs: Date.parse(state.sampledAt), readings: Object.fromEntries(readings) as Sample['readings'] };
}

const unasked = { who: null, origin: null } as const;

const driveEvent = ({ at, drive, type, number, detail, command, cause }: DriveEvent): SiteEvent => ({
  ...unasked,
  at,
  kind: 'event',
  subject: drive,
  what: type,
  outcome: null,
  detail: { number, detail, command, cause },
});

const commandEvent = ({ id, drive, command, status, error }: CommandReport, at: string): SiteEvent => ({
  ...unasked,
  at,
  kind: 'command',
  subject: drive,
  what: command,
  outcome: outcomeOf(status, error),
  detail: { id, ...(error !== null && { error }) },
});

const groupEvent = ({ id, group, command, status, error }: GroupReport, at: string): SiteEvent => ({
  ...unasked,
  at,
  kind: 'group-command',
  subject: group,
  what: command,
  outcome: outcomeOf(status, error),
  detail: { id, ...(error !== null && { error }) },
});

const outcomeOf = (status: string, error: { readonly code: string } | null): string =>
  error === null ? status : `${status} ${error.code}`;
