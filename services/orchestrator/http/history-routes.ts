import { z } from 'zod';
import {
  EventKind,
  HistoryChannel,
  Instant,
  problem,
  Refusal,
  type HistoryMessage,
  type LoggedEvent,
} from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import type { HistoryAnswer, HistoryQuestion, Store } from '../store/index.ts';
import type { Clock } from '../time.ts';
import { csvOf, wantsCsv } from './csv.ts';
import { unlessUnavailable } from './store-refusal.ts';

interface Parts {
  readonly store: Pick<Store, 'history' | 'events'>;
  readonly drives: ReadonlyMap<string, unknown>;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

const channelList = z
  .string()
  .transform((words) => words.split(','))
  .pipe(z.array(HistoryChannel).min(1));
const HistoryQuery = z.strictObject({
  drive: z.string(),
  from: Instant.optional(),
  to: Instant.optional(),
  points: z.coerce.number().int().min(1).max(5000).default(1000),
  channels: channelList.optional(),
});
const EventsQuery = z.strictObject({
  from: Instant.optional(),
  to: Instant.optional(),
  subject: z.string().optional(),
  kind: EventKind.optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** What was: samples for plots, and the log of who did what. */
export function addHistoryRoutes(server: HttpServer, { store, drives, clock }: Parts): void {
  const question = (query: unknown): HistoryQuestion => {
    const { drive, from, to, points, channels } = parseBody(HistoryQuery, query, 'history');
    if (!drives.has(drive)) throw new Refusal(problem('notFound', `There is no drive ${drive}.`));
    const toMs = to === undefined ? Math.ceil(clock.unixMs()) : Date.parse(to);
    const fromMs = from === undefined ? toMs - HOUR_MS : Date.parse(from);
    if (fromMs >= toMs) throw beginsAfterItsEnd();
    return { drive, fromMs, toMs, points, channels: channels ?? HistoryChannel.options };
  };
  server.get('/v1/history', async (request, reply) => {
    const asked = question(request.query);
    const answer = await unlessUnavailable(store.history.read(asked));
    return wantsCsv(request) ? reply.type('text/csv').send(historyCsv(asked, answer)) : messageOf(asked, answer);
  });
  server.get('/v1/events', { config: { role: 'operator' } }, async (request, reply) => {
    const events = await unlessUnavailable(store.events.read(parseBody(EventsQuery, request.query, 'events')));
    return wantsCsv(request) ? reply.type('text/csv').send(eventsCsv(events)) : events;
  });
  server.get('/v1/events/verification', { config: { role: 'engineer' } }, () =>
    unlessUnavailable(store.events.verify()),
  );
}

const beginsAfterItsEnd = (): Refusal =>
  new Refusal(
    problem('invalidValue', 'history: from must be before to.', {
      errors: [{ path: 'from', detail: 'expected an instant before `to`' }],
    }),
  );

const instant = (atMs: number): string => new Date(atMs).toISOString();

function messageOf({ drive, fromMs, toMs, channels }: HistoryQuestion, answer: HistoryAnswer): HistoryMessage {
  const { eachMs, summaries } = answer;
  const column = (channel: HistoryChannel, of: 'min' | 'max' | 'mean'): (number | null)[] =>
    summaries.map(({ extents }) => extents[channel]?.[of] ?? null);
  return {
    drive,
    from: instant(fromMs),
    to: instant(toMs),
    eachMs,
    at: summaries.map(({ atMs }) => instant(atMs)),
    count: summaries.map(({ count }) => count),
    channels: Object.fromEntries(
      channels.map((channel) => [
        channel,
        { min: column(channel, 'min'), max: column(channel, 'max'), mean: column(channel, 'mean') },
      ]),
    ),
  };
}

function historyCsv({ channels }: HistoryQuestion, { summaries }: HistoryAnswer): string {
  const heads = channels.flatMap((channel) => [`${channel}_min`, `${channel}_max`, `${channel}_mean`]);
  const rows = summaries.map(({ atMs, count, extents }) => [
    instant(atMs),
    count,
    ...channels.flatMap((channel) => {
      const extent = extents[channel];
      return [extent?.min ?? null, extent?.max ?? null, extent?.mean ?? null];
    }),
  ]);
  return csvOf(['at', 'count', ...heads], rows);
}

const eventsCsv = (events: readonly LoggedEvent[]): string =>
  csvOf(
    ['seq', 'at', 'kind', 'who', 'origin', 'subject', 'what', 'outcome', 'detail', 'hash'],
    events.map(({ seq, at, kind, who, origin, subject, what, outcome, detail, hash }) => [
      seq,
      at,
      kind,
      who,
      origin,
      subject,
      what,
      outcome,
      JSON.stringify(detail),
      hash,
    ]),
  );
