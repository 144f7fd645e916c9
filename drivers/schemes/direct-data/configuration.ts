import { signalEntries, type Profile } from '../../profile/index.ts';
import type { Scheme, SignalValues, Step } from '../scheme.ts';
import { writeAndVerify } from '../write-and-verify.ts';

/**
 * What must hold before the first command. A trigger that was left negative would start an operation as soon as a
 * parameter is written, so it goes first. The rest is volatile in the drive: refusals are told, a trigger of the same
 * value starts again, velocity 0 stops, the next operation takes over at once.
 */
export function configurationSteps(profile: Profile, wanted: Parameters<Scheme['configuration']>[1]): readonly Step[] {
  const { registers, countsPerRevolution } = profile;
  const all: SignalValues = {
    slaveErrorResponse: 1,
    triggerAutoClear: 1,
    zeroSpeedAction: 0,
    directDataDestination: 0,
    quickStopDeceleration: wanted.quickStopDeceleration,
    ...(wanted.watchdogMs === null ? {} : { watchdogTimeout: wanted.watchdogMs }),
  };
  const values = Object.fromEntries(signalEntries(all).filter(([signal]) => registers[signal] !== undefined));
  return [
    { do: 'command', signal: 'directDataTrigger', value: 0 },
    ...(Object.keys(values).length === 0 ? [] : writeAndVerify(values)),
    ...(registers.controlResolution === undefined
      ? []
      : [{ do: 'verify', values: { controlResolution: countsPerRevolution } } as const]),
  ];
}
