import type { DriveSample, DriveState } from '../../drivers/drive/index.ts';
import type { ProblemCode } from '../contracts/index.ts';
import type { AxisEvent } from './axis-parts.ts';
import type { CommandError } from './command-record.ts';

const EVENTS: Readonly<Record<string, Omit<AxisEvent, 'detail'>>> = {
  stalled: { type: 'stalled' },
  followingError: { type: 'following-error' },
  unexpectedMotion: { type: 'unexpected-motion' },
} satisfies Partial<Record<ProblemCode, Omit<AxisEvent, 'detail'>>>;

/** What went wrong with a motion is an event of its own; null for what is none. */
function motionEvent(code: string, detail: string): AxisEvent | null {
  const event = EVENTS[code];
  return event === undefined ? null : { ...event, detail };
}

/** A fault of the drive is called what it means, where its manual says so. */
export function namedAfter(error: CommandError, sample: DriveSample | null): CommandError {
  const means = sample?.state.fault?.means;
  return error.code === 'fault' && means !== undefined ? { ...error, code: means } : error;
}

/** What was seen here; of a fault the reading itself has told. */
export function troubleSeen({ code, detail }: CommandError, sample: DriveSample | null): readonly AxisEvent[] {
  const event = (sample?.state.fault ?? null) === null ? motionEvent(code, detail) : null;
  return event === null ? [] : [event];
}

/** What a fault says of the motion, beside that it is one. */
export function faultMeaning({ fault, limits }: DriveState): readonly AxisEvent[] {
  if (fault?.means === undefined) return [];
  const event = motionEvent(fault.means, fault.text);
  if (event !== null) return [event];
  // where the drive shows its switches, they tell it themselves
  const showsNoSwitch = (limits.negative ?? limits.positive) === null;
  return showsNoSwitch ? [{ type: 'limit-entered', detail: fault.text, cause: fault.means }] : [];
}
