import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import type { DriveState } from '../scheme.ts';
import { faultOf } from './fault.ts';
import { powerOf } from './power.ts';
import { Mode, modeOf, Status } from './words.ts';

/** Slower than a thousandth of a revolution per second is encoder noise, not motion. */
const REST_REVOLUTIONS_PER_S = 0.001;

/** What the drive says of itself; what was not read is null. */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  const { statusword } = signals;
  const power = powerOf(statusword);
  // named one by one, because this is done with every sample, and a spread among named fields is slow
  const measured = measuredBy(signals);
  return {
    power,
    position: measured.position,
    velocity: measured.velocity,
    followingError: measured.followingError,
    torque: measured.torque,
    temperature: measured.temperature,
    supplyVoltage: measured.supplyVoltage,
    setpointCounter: measured.setpointCounter,
    bootCounter: measured.bootCounter,
    moving: movingOf(signals, profile),
    targetReached: bit(statusword, Status.targetReached),
    homing: homingOf(signals, power, profile),
    referenced: referencedOf(statusword, profile),
    internalLimit: bit(statusword, Status.internalLimit) ?? false,
    limits: limitsOf(signals.digitalInputs, profile),
    fault: power === 'fault' || power === 'fault-reaction' ? faultOf(signals.errorCode ?? 0, profile) : null,
    warning: bit(statusword, Status.warning) ?? false,
  };
}

function measuredBy(
  signals: Signals,
): Pick<
  DriveState,
  | 'position'
  | 'velocity'
  | 'followingError'
  | 'torque'
  | 'temperature'
  | 'supplyVoltage'
  | 'setpointCounter'
  | 'bootCounter'
> {
  return {
    position: counts(signals.actualPosition),
    velocity: signals.actualVelocity ?? null,
    followingError: counts(signals.followingError),
    torque: signals.actualTorque ?? null,
    temperature: signals.temperature ?? null,
    supplyVoltage: signals.supplyVoltage ?? null,
    setpointCounter: signals.setpointCounter ?? null,
    bootCounter: signals.bootCounter ?? null,
  };
}

const counts = (value: number | undefined): Counts | null => (value === undefined ? null : Counts(value));

const bit = (word: number | undefined, mask: number): boolean | null =>
  word === undefined ? null : (word & mask) !== 0;

/** Whether the shaft turns, whoever turns it; null when the velocity was not read. */
export function movingOf({ actualVelocity }: Signals, profile: Profile): boolean | null {
  if (actualVelocity === undefined) return null;
  return Math.abs(actualVelocity) > profile.countsPerRevolution * REST_REVOLUTIONS_PER_S;
}

/** How far a homing is; the statusword tells it only in homing mode. */
export function homingOf(signals: Signals, power: DriveState['power'], profile: Profile): DriveState['homing'] {
  const { statusword } = signals;
  if (statusword === undefined || modeOf(signals) !== Mode.homing || power !== 'enabled') return 'idle';
  if (profile.cia402?.homingShows !== 'referenced-bit') return homingByBits(statusword);
  if ((statusword & Status.targetReached) === 0) return 'running';
  return referencedOf(statusword, profile) === true ? 'attained' : 'idle';
}

/** CiA 402 table 106: bits 13, 12 and 10 together. */
function homingByBits(statusword: number): DriveState['homing'] {
  if ((statusword & Status.modeBit13) !== 0) return 'error';
  const isAttained = (statusword & Status.modeBit12) !== 0;
  const isReached = (statusword & Status.targetReached) !== 0;
  if (isAttained) return isReached ? 'attained' : 'running';
  return isReached ? 'idle' : 'running';
}

function referencedOf(statusword: number | undefined, profile: Profile): boolean | null {
  const referencedBit = profile.cia402?.referencedBit ?? null;
  return referencedBit === null ? null : bit(statusword, 1 << referencedBit);
}

function limitsOf(digitalInputs: number | undefined, profile: Profile): DriveState['limits'] {
  const inputs = profile.cia402?.inputs ?? null;
  if (inputs === null) return { negative: null, positive: null, home: null };
  return {
    negative: bit(digitalInputs, 1 << inputs.negativeLimit),
    positive: bit(digitalInputs, 1 << inputs.positiveLimit),
    home: bit(digitalInputs, 1 << inputs.home),
  };
}
