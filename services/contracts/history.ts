import { z } from 'zod';
import { Id, Instant } from './words.ts';

/** Readings of a drive that are kept, by their names in the state message. */
export const HistoryChannel = z
  .enum(['position', 'velocity', 'followingError', 'torque', 'temperature', 'supplyVoltage'])
  .meta({ id: 'HistoryChannel' });
export type HistoryChannel = z.infer<typeof HistoryChannel>;

const column = z.array(z.number().nullable());

/** Answer of `GET /v1/history`: columns of equal length, a place for each stretch of time that has samples. */
export const HistoryMessage = z
  .strictObject({
    drive: Id,
    from: Instant,
    to: Instant,
    /** Each place stands for so long: every peak in it is in `min` and `max`. */
    eachMs: z.int().positive(),
    at: z.array(Instant).describe('Beginning of each stretch'),
    count: z.array(z.int().positive()).describe('Samples in it'),
    channels: z
      .partialRecord(HistoryChannel, z.strictObject({ min: column, max: column, mean: column }))
      .describe('Null where nothing could be read'),
  })
  .meta({ id: 'History' });
export type HistoryMessage = z.infer<typeof HistoryMessage>;

export const EventKind = z.enum(['request', 'command', 'group-command', 'event', 'gap']);

/** One line of the event and audit log: who asked for what, from where, and what became of it. */
export const LoggedEvent = z
  .strictObject({
    seq: z.int().positive(),
    at: Instant,
    kind: EventKind.describe(
      'request: asked over HTTP; command, group-command: how one stands, whatever way it came; event: of a drive; gap: lines were lost',
    ),
    who: z.string().nullable().describe('Role of the token; null when it did not come by HTTP'),
    origin: z.string().nullable().describe('Address of the caller; null when it did not come by HTTP'),
    subject: z.string().describe('The drive, group or program; `site` for all'),
    what: z.string(),
    outcome: z.string().nullable().describe('HTTP status, or status of the command with the code of its problem'),
    detail: z.record(z.string(), z.unknown()),
    previous: z.string().describe('Hash of the line before'),
    hash: z.string().describe('SHA-256 over this line and `previous`, hexadecimal'),
  })
  .meta({ id: 'LoggedEvent' });
export type LoggedEvent = z.infer<typeof LoggedEvent>;

/** Whether every line is as it was written. Who can write the file can also write a chain of his own: note the head elsewhere. */
export const ChainReport = z
  .strictObject({
    intact: z.boolean(),
    lines: z.int().nonnegative(),
    /** The newest line that holds. */
    head: z.strictObject({ seq: z.int(), hash: z.string() }).nullable(),
    brokenAt: z
      .int()
      .nullable()
      .describe('First line that is not what its hash says, or does not follow the one before'),
  })
  .meta({ id: 'ChainReport' });
export type ChainReport = z.infer<typeof ChainReport>;
