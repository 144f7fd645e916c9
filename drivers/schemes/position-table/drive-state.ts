import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import { refused } from '../refused.ts';
import type { DriveState, Plan } from '../scheme.ts';
import { has } from './words.ts';

/** What the drive says of itself; what was not read is null. */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  return {
    ...nothingKnown,
    ...measuredBy(signals),
    ...(signals.statusword === undefined ? {} : toldBy(signals.statusword, signals, profile)),
  };
}

function measuredBy(signals: Signals): Partial<DriveState> {
  const { actualPosition, commandPosition, supplyVoltage = null, actualVelocity: velocity = null } = signals;
  if (actualPosition === undefined) return { supplyVoltage, velocity };
  const followingError = commandPosition === undefined ? null : Counts(commandPosition - actualPosition);
  return { supplyVoltage, velocity, position: Counts(actualPosition), followingError };
}

/**
 * "Homed" stays until the next homing, so that it means attained only at rest. The drive has no word for a homing under
 * way, nor for one that failed.
 */
function toldBy(statusword: number, { errorCode }: Signals, profile: Profile): Partial<DriveState> {
  const isRunning = has('running', statusword, profile);
  const isHomed = has('homed', statusword, profile);
  const hasFault = has('fault', statusword, profile);
  return {
    power: hasFault ? 'fault' : has('enabled', statusword, profile) ? 'enabled' : 'disabled',
    moving: isRunning,
    targetReached: has('pathDone', statusword, profile),
    homing: isHomed && !isRunning ? 'attained' : 'idle',
    referenced: isHomed,
    fault: hasFault ? faultOf(errorCode ?? 0, profile) : null,
  };
}

function faultOf(code: number, profile: Profile): NonNullable<DriveState['fault']> {
  const known = profile.faults.find((fault) => fault.code === code);
  if (known !== undefined) return known;
  const text = `Drive alarm 0x${code.toString(16).toUpperCase().padStart(3, '0')}`;
  // An unknown alarm may be reset: the drive itself refuses where its cause is still there.
  return { code, category: 'other', text, remedy: null, resettable: true };
}

/** Why nothing can be started now; null where it can. */
export function startProblem(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the drive reports a fault: ${fault.text}`);
  return power === 'enabled' ? null : refused('wrong-state', `the drive is ${power}, not enabled`);
}
