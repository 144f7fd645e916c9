import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import { refused } from '../refused.ts';
import type { DriveState, Plan } from '../scheme.ts';
import { output } from './words.ts';

/** Slower than a hundredth of a revolution per second is encoder noise, not motion. */
const REST_REVOLUTIONS_PER_S = 0.01;

/** What the drive says of itself; what was not read is null. */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  const { statusword, errorCode } = signals;
  const power = powerOf(signals, profile);
  const coordinates = output('coordinates', statusword, profile);
  const moving = movingOf(signals, profile);
  return {
    ...nothingKnown,
    ...measuredBy(signals),
    power,
    moving,
    targetReached: output('inPosition', statusword, profile),
    homing: homingOf(coordinates, moving),
    referenced: coordinates,
    fault: power === 'fault' || power === 'fault-reaction' ? faultOf(errorCode ?? 0, profile) : null,
    warning: output('warning', statusword, profile) ?? false,
  };
}

function measuredBy(signals: Signals): Partial<DriveState> {
  const { actualPosition, demandPosition } = signals;
  const isWhole = actualPosition !== undefined && demandPosition !== undefined;
  return {
    position: actualPosition === undefined ? null : Counts(actualPosition),
    velocity: signals.actualVelocity ?? null,
    followingError: isWhole ? Counts(demandPosition - actualPosition) : null,
    torque: signals.actualTorque ?? null,
    temperature: signals.temperature ?? null,
  };
}

/** Where no output tells of the power, only a drive that is ready or moves is known to have it. */
function powerOf({ statusword }: Signals, profile: Profile): DriveState['power'] {
  if (statusword === undefined) return 'unknown';
  const isMoving = output('moving', statusword, profile) === true;
  if (output('alarm', statusword, profile) === true) return isMoving ? 'fault-reaction' : 'fault';
  const hasPower =
    output('servoOn', statusword, profile) ?? (isMoving || output('ready', statusword, profile) === true);
  return hasPower ? 'enabled' : 'disabled';
}

/** By the drive's own word, and by the shaft, whoever turns it. */
function movingOf({ statusword, actualVelocity }: Signals, profile: Profile): boolean | null {
  const isMoving = output('moving', statusword, profile);
  if (isMoving !== false || actualVelocity === undefined) return isMoving;
  return Math.abs(actualVelocity) > profile.countsPerRevolution * REST_REVOLUTIONS_PER_S;
}

/** The coordinates are taken away when homing begins, and given when it has ended well. */
function homingOf(coordinates: boolean | null, moving: boolean | null): DriveState['homing'] {
  if (coordinates === true) return moving === false ? 'attained' : 'idle';
  return coordinates === false && moving === true ? 'running' : 'idle';
}

function faultOf(code: number, profile: Profile): NonNullable<DriveState['fault']> {
  const known = profile.faults.find((fault) => fault.code === code);
  if (known !== undefined) return known;
  const text = `Drive alarm ${code.toString(16).toUpperCase().padStart(2, '0')}h`;
  // An unknown alarm may be reset: the drive itself refuses where its cause is still there.
  return { code, category: 'other', text, remedy: null, resettable: true };
}

/** Why nothing can be started now; null where it can. */
export function startProblem(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the drive reports a fault: ${fault.text}`);
  return power === 'enabled' ? null : refused('wrong-state', `the drive is ${power}, not enabled`);
}
