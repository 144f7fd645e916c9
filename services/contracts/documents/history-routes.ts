import { z } from 'zod';
import { ChainReport, EventKind, HistoryChannel, HistoryMessage, LoggedEvent } from '../history.ts';
import { Id, Instant } from '../words.ts';
import { ok, text, type Answer, type Route } from './route.ts';

const csv = (description: string): readonly Answer[] => text('text/csv', description);

export const historyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/history',
    id: 'history',
    tag: 'site',
    role: 'viewer',
    summary: 'How an axis moved, thinned to so many points without losing a peak; CSV with Accept: text/csv',
    query: {
      drive: { schema: Id, description: 'Which' },
      from: { schema: Instant, description: 'An hour before `to` when left out' },
      to: { schema: Instant, description: 'Now when left out; the newest 10 s are not yet written' },
      points: { schema: z.int().min(1).max(5000), description: 'At most so many; 1000 when left out' },
      channels: {
        schema: z.string(),
        description: `Comma-separated: ${HistoryChannel.options.join(', ')}; all when left out`,
      },
    },
    answers: [...ok(HistoryMessage, 'The samples'), ...csv('One line a stretch')],
    problems: ['notFound', 'storeUnavailable'],
  },
  {
    method: 'get',
    path: '/v1/events',
    id: 'events',
    tag: 'site',
    role: 'operator',
    summary: 'The event and audit log, newest first; CSV with Accept: text/csv',
    query: {
      from: { schema: Instant, description: 'Not before' },
      to: { schema: Instant, description: 'Before' },
      subject: { schema: z.string(), description: 'Of one drive, group or program' },
      kind: { schema: EventKind, description: 'Of one kind' },
      before: { schema: z.int(), description: 'Lines older than this `seq`: the next page' },
      limit: { schema: z.int().min(1).max(1000), description: '100 when left out' },
    },
    answers: [...ok(z.array(LoggedEvent), 'The lines'), ...csv('One line an event')],
    problems: ['storeUnavailable'],
  },
  {
    method: 'get',
    path: '/v1/events/verification',
    id: 'verifyEvents',
    tag: 'site',
    role: 'engineer',
    summary: 'Whether the log is as it was written: follows the chain of hashes from the oldest line kept',
    answers: ok(ChainReport, 'What was found'),
    problems: ['storeUnavailable'],
  },
];
