import { z } from 'zod';
import { Id } from './words.ts';

/** All that a drive tells by itself (motion reference 8.4), each with what it means. */
export const driveEvents = {
  'state-changed': 'The axis is in another state; `cause` is the event that led to it.',
  'command-accepted': 'A command was let in.',
  'command-queued': 'It waits behind the running one.',
  'command-active': 'It runs, or is known again to run.',
  'command-unknown': 'The drive does not answer: whether it runs is not known.',
  'command-done': 'It has ended as it was meant.',
  'command-aborted': 'It was ended by another command, a stop or a cancel.',
  'command-failed': 'It has ended otherwise; `cause` is the code.',
  'command-refused': 'It was not let in; `cause` is the code.',
  'retained-command-refused': 'The broker kept a command that must never be kept.',
  'link-up': 'The drive answers, is identified and configured.',
  'link-degraded': 'Readings are too old or the line is too noisy; `cause` says which.',
  'link-restored': 'Readings are fresh and the line is good again.',
  'link-down': 'The drive does not answer any more, or must not be used.',
  'drive-rebooted': 'It was switched off and on, or lost its count: position and homing are void.',
  'drive-refused': 'It answers, but is another drive, or not set up as its profile takes for granted: see the detail.',
  'found-in-motion': 'It moved when the link came up; `cause` is what becomes of that: stop or observe.',
  'configuration-changed': 'The drive held other settings than are wanted; they were written and read back.',
  'watchdog-armed': 'The drive stops by itself when nobody speaks to it; the detail says whether that was read back.',
  'watchdog-tripped': 'It did so.',
  'fault-raised': 'The drive reports a fault; `cause` is its category.',
  'fault-cleared': 'It reports none any more.',
  'warning-raised': 'The drive reports a warning.',
  'warning-cleared': 'It reports none any more.',
  'limit-entered': 'A limit switch is active, or the axis is outside its range; `cause` says which.',
  'limit-left': 'The same, ended.',
  'unexpected-motion': 'The axis moved without a command, or obeyed one that was not given here.',
  stalled: 'The drive drives its shaft, and the shaft does not turn.',
  'following-error': 'The shaft lags behind its set-point, farther than the drive allows.',
  'homing-done': 'The axis found its reference.',
  'homing-lost': 'The reference is void.',
  'position-set': 'The position was declared.',
  'jog-started': 'A jog begins.',
  'jog-renewal-late':
    'A renewal came after the jog had begun to slow down, or could not be sent within its time to live.',
  'jog-expired': 'No renewal came: it stopped at its last target.',
  'jog-released': 'It was ended before.',
  'halt-requested': 'The service itself halts the axis.',
  'stop-requested': 'A stop, from whatever side.',
  'stop-confirmed': 'A reading after it shows the axis at rest.',
  'stop-unconfirmed': 'None does: it may still move.',
  released: 'The latch of the stop was given up.',
  armed: 'A set-point waits for its trigger.',
  disarmed: 'It does so no more.',
  'disarm-unanswered': 'The drive did not answer to that: it may still be armed.',
  triggered: 'The armed set-point was started.',
  'override-set': 'Velocities are taken as another share of themselves.',
  'override-not-applied': 'The running motion could not be planned anew.',
  'lease-granted': 'Somebody holds the lease.',
  'lease-renewed': 'Its owner prolonged it.',
  'lease-returned': 'Its owner gave it back.',
  'lease-expired': 'It ended without being renewed.',
  'lease-broken': 'Somebody ended it, with a reason.',
  'maintenance-locked': 'A person works on the axis.',
  'maintenance-unlocked': 'No more.',
} as const satisfies Record<string, string>;
export type DriveEventType = keyof typeof driveEvents;

const types = Object.keys(driveEvents) as [DriveEventType, ...DriveEventType[]];

/** Numbered, not retained; on `{root}/drives/{drive}/event/{type}` and in the event stream. */
export const DriveEvent = z
  .strictObject({
    drive: Id,
    type: z.enum(types).describe(types.map((type) => `${type}: ${driveEvents[type]}`).join('\n')),
    number: z.int().nonnegative().describe('Counts the events of this drive from the start of its service'),
    at: z.iso.datetime({ precision: 3 }),
    detail: z.string(),
    command: z.uuid().nullable().describe('The command that led to it'),
    cause: z.string().nullable(),
  })
  .meta({ id: 'DriveEvent' });
export type DriveEvent = z.infer<typeof DriveEvent>;
