import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, DriveIntent, Plan, SignalValues, Step } from '../scheme.ts';
import { notReady } from './readiness.ts';
import { rampDown } from './stop.ts';
import { Run, setGoing } from './words.ts';

type MoveTo = Extract<DriveIntent, { kind: 'moveTo' }>;
type MoveVelocity = Extract<DriveIntent, { kind: 'moveVelocity' }>;

const FARTHEST = { forwards: 0x7fff_ffff, backwards: -0x8000_0000 } as const;

/**
 * One absolute move, by the only motion block that may be given while the motor turns. The block starts as it is
 * written and cannot be read back: its parameters cannot be verified before, as they are in other drives.
 */
export function planMoveTo(wanted: MoveTo, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile) ?? notOneRamp(wanted);
  if (refusal !== null) return refusal;
  const { target: targetPosition, velocity: profileVelocity, acceleration: profileAcceleration } = wanted;
  return { ok: true, steps: [start({ targetPosition, profileVelocity, profileAcceleration }, now)] };
}

/**
 * Turning is a move to the end of the coordinates with that speed. The drive has a block for turning as well (F6h), but
 * nothing that can be read tells which block the motor runs on, and each is documented to be stopped by its own: with
 * one block for everything one ramped stop fits everything. It is also the one that may change speed and way under way.
 */
export function planMoveVelocity(wanted: MoveVelocity, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile) ?? notOneRamp(wanted);
  if (refusal !== null) return refusal;
  const { velocity, acceleration } = wanted;
  if (velocity === 0) return { ok: true, steps: [rampDown(acceleration, now, profile)] };
  const targetPosition = velocity > 0 ? FARTHEST.forwards : FARTHEST.backwards;
  if (isBeyond(now.actualPosition, velocity)) {
    return refused('wrong-state', 'the coordinates of the drive end here: set its position to 0 first');
  }
  const block = { targetPosition, profileVelocity: Math.abs(velocity), profileAcceleration: acceleration };
  return { ok: true, steps: [start(block, now)] };
}

/** The coordinate is read with 48 bits and commanded with 32. */
function isBeyond(position: number | undefined, velocity: number): boolean {
  if (position === undefined) return true;
  return velocity > 0 ? position >= FARTHEST.forwards : position <= FARTHEST.backwards;
}

function notOneRamp(wanted: { readonly acceleration: number; readonly deceleration: number }) {
  if (wanted.acceleration === wanted.deceleration) return null;
  return refused('unsupported', 'the drive has one ramp: acceleration and deceleration must be the same');
}

/** From rest, motion proves that it was obeyed; in motion nothing does, and a lost answer stays unresolved. */
function start(values: SignalValues, { runState }: Signals): Step {
  const proof: readonly Condition[] = runState === Run.stopped ? setGoing : [];
  return { do: 'trigger', values, proof };
}
