import type { Profile, Signals } from '../../profile/index.ts';
import type { DriveIntent, Plan, Step } from '../scheme.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import { movingOf, notReady } from './drive-state.ts';

type Halt = Extract<DriveIntent, { kind: 'halt' }>;
type QuickStop = Extract<DriveIntent, { kind: 'quickStop' }>;

/** How old a reading may be out of which a goal is made. */
const RECENT_MS = { moving: 150, atRest: 1000 } as const;
/** From the reading that a halt is planned on to the goal's arrival in the servo: two frames at its slowest usual speed. */
const ON_THE_WAY_MS = 25;
/** The same again for a ramp that is written and read back before. */
const RAMP_ON_THE_WAY_MS = 50;

export const torqueOff: Step = { do: 'command', signal: 'torqueEnable', value: 0 };

/**
 * The servo knows no stop, so one is made of a goal or of the torque. A goal where the shaft can come to rest ramps down
 * and goes on holding what hangs on it: that is the ordinary stop. Without torque the servo coasts and its load falls;
 * but a goal out of an old reading would drive the shaft back, and that is worse than letting go.
 */
export function planQuickStop({ readingAgeMs }: QuickStop, now: Signals, profile: Profile): Plan {
  const goal = now.torqueEnable === 1 ? restingGoal(now, readingAgeMs ?? Infinity, profile) : null;
  return { ok: true, steps: [goal === null ? torqueOff : toGoal(goal)] };
}

export function planHalt({ ramp }: Halt, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile);
  if (refusal !== null) return refusal;
  const asked = ramp === undefined ? null : { profileAcceleration: ramp };
  const goal = restingGoal({ ...now, ...asked }, ON_THE_WAY_MS + (asked === null ? 0 : RAMP_ON_THE_WAY_MS), profile);
  if (goal === null) return { ok: true, steps: [torqueOff] };
  return { ok: true, steps: [...(asked === null ? [] : writeAndVerify(asked)), toGoal(goal)] };
}

const toGoal = (goal: number): Step => ({ do: 'command', signal: 'targetPosition', value: goal });

/** Where the shaft can come to rest, as far as the reading tells; null where it is too old to tell. */
function restingGoal(now: Signals, ageMs: number, profile: Profile): number | null {
  const { actualPosition: position, targetPosition: goal = position } = now;
  const isAtRest = movingOf(now, profile) === false;
  const isRecent = ageMs <= (isAtRest ? RECENT_MS.atRest : RECENT_MS.moving);
  if (position === undefined || goal === undefined || !isRecent) return null;
  if (isAtRest) return position;
  // towards the goal and not beyond it: what was not ordered is never entered, whatever the velocity reads
  const ahead = Math.min(aheadOf(now, ageMs), Math.abs(goal - position));
  return Math.round(position + Math.sign(goal - position) * ahead);
}

/** The way since the reading, and the way that slowing down takes. */
function aheadOf({ actualVelocity = 0, profileAcceleration = 0 }: Signals, ageMs: number): number {
  const velocity = Math.abs(actualVelocity);
  const braking = profileAcceleration > 0 ? velocity ** 2 / (2 * profileAcceleration) : 0;
  return (velocity * ageMs) / 1000 + braking;
}
