import type { Profile, SignalName } from '../../../drivers/profile/index.ts';
import type { SignalWrite } from '../register-file.ts';

/** What the motor can at most: 12 000 rpm, and what a bare shaft reaches with two and a half times its rated torque. */
const MAX_REVOLUTIONS_PER_S = 200;
const MAX_REVOLUTIONS_PER_S2 = 5000;

type Range = readonly [number, number];

export const PROFILE_POSITION = 1;
export const PROFILE_VELOCITY = 3;
export const HOMING = 6;

/** Values that the firmware accepts; signals that are not listed take whatever their register holds. */
export interface WriteRules {
  isAllowed(write: SignalWrite): boolean;
}

export function createWriteRules(profile: Profile): WriteRules {
  const speed: Range = [0, MAX_REVOLUTIONS_PER_S * profile.countsPerRevolution];
  const ramp: Range = [1, MAX_REVOLUTIONS_PER_S2 * profile.countsPerRevolution];
  const ranges: Partial<Record<SignalName, Range>> = {
    profileVelocity: speed,
    profileAcceleration: ramp,
    profileDeceleration: ramp,
    quickStopDeceleration: ramp,
    homingAcceleration: ramp,
    homingSpeedFast: [1, speed[1]],
    homingSpeedSlow: [1, speed[1]],
    targetVelocity: [-speed[1], speed[1]],
    // 605Ah: below 0 is the vendor's, 3 and 4, 7 and 8 brake as 2 and 6 do here
    quickStopOption: [0, 8],
  };
  // modes that are not simulated may be written where the drive has them; the shaft just stands in them
  const hasOwnModes = profile.registers.modeOfOperation?.range !== undefined;
  const lists: Partial<Record<SignalName, readonly number[]>> = {
    homingMethod: profile.homingMethods,
    ...(hasOwnModes ? {} : { modeOfOperation: [PROFILE_POSITION, PROFILE_VELOCITY, HOMING] }),
  };
  const { watchdog } = profile;

  return {
    isAllowed({ signal, register, value }) {
      if (lists[signal]?.includes(value) === false) return false;
      // 0 switches it off
      if (signal === 'watchdogTimeout' && watchdog !== null)
        return value === 0 || isWithin(value, [watchdog.minMs, watchdog.maxMs]);
      return isWithin(value, register.range ?? ranges[signal]);
    },
  };
}

const isWithin = (value: number, range: Range | undefined): boolean =>
  range === undefined || (value >= range[0] && value <= range[1]);
