import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan } from '../scheme.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import { notReady } from './drive-state.ts';

type MoveTo = Extract<DriveIntent, { kind: 'moveTo' }>;

/** Velocity and ramp first and verified; the goal is the trigger, and standing in its register it is its own proof. */
export function planMoveTo(wanted: MoveTo, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile);
  if (refusal !== null) return refusal;
  const { target, velocity, acceleration, deceleration } = wanted;
  if (acceleration !== deceleration) {
    return refused('unsupported', 'the servo has one ramp: acceleration and deceleration must be the same');
  }
  const ramp = { profileVelocity: velocity, profileAcceleration: acceleration };
  const goal = { targetPosition: target };
  return {
    ok: true,
    steps: [...writeAndVerify(ramp), { do: 'trigger', values: goal, proof: [] }, { do: 'verify', values: goal }],
  };
}
