import type { Profile } from '../../../drivers/profile/index.ts';
import { problem, type Problem } from '../../contracts/index.ts';

/** What a command asks of the way of a motion; what is left out is the axis's own. */
export interface AskedRamp {
  readonly velocity?: number | undefined;
  readonly acceleration?: number | undefined;
  readonly deceleration?: number | undefined;
}

/** Refuses what the drive has no register for: it would go its own way, and nobody would know. */
export function checkTellable(asked: AskedRamp, { registers }: Pick<Profile, 'registers'>): Problem | null {
  const { velocity, acceleration, deceleration } = asked;
  if (velocity !== undefined && !takesVelocity({ registers })) {
    return problem('unsupported', 'This drive moves at a velocity of its own: leave velocity out.', {
      actual: velocity,
    });
  }
  if ((acceleration ?? deceleration) === undefined) return null;
  if (registers.profileAcceleration === undefined) {
    return problem('unsupported', 'This drive has no ramps to be told: leave acceleration and deceleration out.');
  }
  if (registers.profileDeceleration !== undefined || (deceleration ?? acceleration) === acceleration) return null;
  return problem('unsupported', 'This drive has one ramp: give acceleration alone, or deceleration the same.');
}

/** What `checkTellable` lets pass. */
export function tellable(profile: Pick<Profile, 'registers'>): (keyof AskedRamp)[] {
  const { profileAcceleration, profileDeceleration } = profile.registers;
  return [
    ...(takesVelocity(profile) ? (['velocity'] as const) : []),
    ...(profileAcceleration === undefined ? [] : (['acceleration'] as const)),
    ...(profileDeceleration === undefined ? [] : (['deceleration'] as const)),
  ];
}

export const takesVelocity = ({ registers }: Pick<Profile, 'registers'>): boolean =>
  registers.profileVelocity !== undefined || registers.targetVelocity !== undefined;
