import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import type { DriveState } from '../scheme.ts';
import { Homing, Run } from './words.ts';

/** The drive has no alarm register; its stall flag is the only fault that it tells. */
const STALLED = 1;

/** What the drive says of itself; what was not read is null. It has no word for "arrived". */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  return {
    ...nothingKnown,
    power: powerOf(signals),
    position: counts(signals.actualPosition),
    velocity: signals.actualVelocity ?? null,
    followingError: counts(signals.followingError),
    moving: movingOf(signals, profile),
    homing: homingOf(signals),
    referenced: referencedOf(signals),
    fault: signals.stallFlag === 1 ? faultOf(profile) : null,
  };
}

const counts = (value: number | undefined): Counts | null => (value === undefined ? null : Counts(value));

function powerOf({ stallFlag, enableState, runState }: Signals): DriveState['power'] {
  if (stallFlag === 1) return 'fault';
  if (enableState === undefined || stallFlag === undefined) return 'unknown';
  if (enableState === 0) return 'disabled';
  return runState === Run.calibrating ? 'not-ready' : 'enabled';
}

/**
 * The run state tells of commands, the speed of the shaft, whoever turns it. While the drive says that it stands, one
 * step of the speed register is noise. A run state that could not be queried tells nothing.
 */
function movingOf({ runState, actualVelocity }: Signals, profile: Profile): boolean | null {
  if (runState === undefined || actualVelocity === undefined) return null;
  const noise = profile.registers.actualVelocity?.scale ?? 0;
  if (Math.abs(actualVelocity) > noise || runState > Run.stopped) return true;
  return runState === Run.stopped ? false : null;
}

/**
 * "Failed" and "never homed" are one word of the drive, so `error` may also stand there before any homing; it tells
 * something only after one was seen to start.
 */
function homingOf({ runState, homingResult }: Signals): DriveState['homing'] {
  if (runState === Run.homing) return 'running';
  if (homingResult === Homing.attained) return 'attained';
  return homingResult === Homing.failedOrNever ? 'error' : 'idle';
}

/** By origin homing, or by the single-turn return at power-up. */
function referencedOf({ homingResult, singleTurnResult }: Signals): boolean | null {
  if (homingResult === undefined) return null;
  return homingResult === Homing.attained || singleTurnResult === Homing.attained;
}

function faultOf(profile: Profile): NonNullable<DriveState['fault']> {
  const known = profile.faults.find(({ code }) => code === STALLED);
  return known ?? { code: STALLED, category: 'motion', text: 'Motor stalled', remedy: null, resettable: true };
}
