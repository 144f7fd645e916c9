import type { Profile } from '../../profile/index.ts';
import type { SignalValues, Step } from '../scheme.ts';

/** Object 605Ah: quick-stop ramp, then stay in Quick stop active, the motor holding. */
const RAMP_AND_HOLD = 6;

/** What must hold before the first command: how a quick stop ends, and the drive's own watchdog. */
export function configurationSteps(
  profile: Profile,
  wanted: { readonly watchdogMs: number | null; readonly quickStopDeceleration: number },
): readonly Step[] {
  const { registers } = profile;
  const values: SignalValues = {
    ...(registers.quickStopDeceleration && { quickStopDeceleration: wanted.quickStopDeceleration }),
    ...(registers.quickStopOption && { quickStopOption: RAMP_AND_HOLD }),
    ...(registers.watchdogTimeout && wanted.watchdogMs !== null && { watchdogTimeout: wanted.watchdogMs }),
  };
  if (Object.keys(values).length === 0) return [];
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}
