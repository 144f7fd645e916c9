import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import { refused } from '../refused.ts';
import type { DriveState, Plan } from '../scheme.ts';
import { Word } from './words.ts';

/** What the unit says of one of its motors; what was not read is null. It has no word for "arrived", none for "homed". */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  const { errorCode, actualPosition } = signals;
  return {
    ...nothingKnown,
    power: powerOf(signals),
    position: actualPosition === undefined ? null : Counts(actualPosition),
    velocity: signals.actualVelocity ?? null,
    torque: signals.actualTorque ?? null,
    temperature: signals.temperature ?? null,
    supplyVoltage: signals.supplyVoltage ?? null,
    moving: movingOf(signals, profile),
    fault: errorCode === undefined || errorCode === 0 ? null : faultOf(errorCode, profile),
    warning: (signals.neighbourErrorCode ?? 0) !== 0,
  };
}

const powers: Readonly<Record<number, DriveState['power']>> = {
  [Word.none]: 'disabled',
  [Word.emergencyStop]: 'quick-stop',
  [Word.clearAlarm]: 'disabled',
  [Word.stop]: 'disabled',
  [Word.enable]: 'enabled',
  [Word.startBoth]: 'enabled',
  [Word.startLeft]: 'enabled',
  [Word.startRight]: 'enabled',
};

/**
 * The unit does not say whether it is enabled: its control word does, which reads back what was commanded last. An alarm
 * of the other motor is taken to have switched this one off too, because one word enables both.
 */
function powerOf({ controlword, errorCode, neighbourErrorCode }: Signals): DriveState['power'] {
  if (controlword === undefined || errorCode === undefined || neighbourErrorCode === undefined) return 'unknown';
  if (errorCode !== 0) return 'fault';
  return neighbourErrorCode === 0 ? (powers[controlword] ?? 'unknown') : 'disabled';
}

/** While the motor says that it is still, one step of the speed register is noise. */
export function movingOf({ motorState, actualVelocity }: Signals, { registers }: Profile): boolean | null {
  if (motorState === undefined || actualVelocity === undefined) return null;
  return motorState !== 0 || Math.abs(actualVelocity) > (registers.actualVelocity?.scale ?? 0);
}

/** Several bits may stand at once; the lowest that is known names the remedy. */
function faultOf(code: number, { faults }: Profile): NonNullable<DriveState['fault']> {
  const known = faults.filter((fault) => (fault.code & code) !== 0);
  const [first] = known;
  if (first === undefined) {
    const text = `Alarm 0x${code.toString(16).toUpperCase()}`;
    return { code, category: 'other', text, remedy: null, resettable: true };
  }
  return { ...first, code, text: known.map(({ text }) => text).join('; ') };
}

/** Why nothing may be started now; null when it may. */
export function notReady(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the motor reports an alarm: ${fault.text}`);
  return power === 'enabled' ? null : refused('wrong-state', `the motors are ${power}, not enabled`);
}
