import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import type { DriveState } from '../scheme.ts';
import { wayOf } from './turning.ts';

/**
 * What can be said of a motor that measures nothing. The speed register holds what was commanded, not what the shaft
 * does, so there is no velocity; and there is no state in which it could not be started.
 */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  if (signals.statusword === undefined || signals.targetVelocity === undefined) return nothingKnown;
  return { ...nothingKnown, power: 'enabled', moving: movingOf(signals, profile) };
}

/** Either register is enough to take it for turning; both must say that it stands. */
function movingOf(signals: Signals, profile: Profile): boolean | null {
  const way = wayOf(signals, profile);
  if (signals.targetVelocity !== 0) return true;
  return way === null ? null : way !== 0;
}
