import { z } from 'zod';
import { GroupStateMessage } from './group.ts';
import { RunResource } from './run.ts';
import { SiteMessage } from './site.ts';
import { DriveDescription, DriveStateMessage } from './state.ts';

/** What `GET /v1/stream?topics=` can be asked for, comma-separated; all of it when not asked. */
export const StreamTopic = z.enum(['site', 'drives', 'groups', 'programs', 'events']);
export type StreamTopic = z.infer<typeof StreamTopic>;

/** Names of the server-sent events and the topic each belongs to; the data is the JSON of the named schema. */
export const streamEvents = {
  /** First and once: StreamSnapshot. */
  snapshot: null,
  /** SiteMessage */
  site: 'site',
  /** DriveDescription */
  description: 'drives',
  /** DriveStateMessage */
  state: 'drives',
  /** GroupStateMessage */
  group: 'groups',
  /** GroupReport */
  'group-command': 'groups',
  /** RunResource */
  run: 'programs',
  /** DriveEvent */
  event: 'events',
  /** CommandReport */
  command: 'events',
} as const satisfies Record<string, StreamTopic | null>;
export type StreamEventName = keyof typeof streamEvents;

/** Everything as it is now; what was not asked for is empty or null. */
export const StreamSnapshot = z
  .strictObject({
    site: SiteMessage.nullable(),
    drives: z.array(DriveDescription),
    states: z.array(DriveStateMessage),
    groups: z.array(GroupStateMessage),
    runs: z.array(RunResource).describe('Those that have not ended'),
  })
  .meta({ id: 'StreamSnapshot' });
export type StreamSnapshot = z.infer<typeof StreamSnapshot>;
