import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import { refused } from '../refused.ts';
import type { DriveState, Plan } from '../scheme.ts';

/** What the servo says of itself; what was not read is null. It has no word for "arrived". */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  const { errorCode, actualPosition, actualVelocity } = signals;
  return {
    ...nothingKnown,
    power: powerOf(signals),
    position: actualPosition === undefined ? null : Counts(actualPosition),
    velocity: actualVelocity ?? null,
    torque: signals.actualTorque ?? null,
    temperature: signals.temperature ?? null,
    supplyVoltage: signals.supplyVoltage ?? null,
    moving: movingOf(signals, profile),
    referenced: profile.absoluteEncoder && actualPosition !== undefined ? true : null,
    fault: errorCode === undefined || errorCode === 0 ? null : faultOf(errorCode, profile),
  };
}

function powerOf({ errorCode, torqueEnable }: Signals): DriveState['power'] {
  if (errorCode === undefined || torqueEnable === undefined) return 'unknown';
  if (errorCode !== 0) return 'fault';
  return torqueEnable === 0 ? 'disabled' : 'enabled';
}

/** While the servo says that it stands, one step of the velocity register is noise. */
export function movingOf({ movingFlag, actualVelocity }: Signals, { registers }: Profile): boolean | null {
  if (movingFlag === undefined || actualVelocity === undefined) return null;
  return movingFlag !== 0 || Math.abs(actualVelocity) > (registers.actualVelocity?.scale ?? 0);
}

/** The bits are not documented; an unknown one may go by itself. */
function faultOf(code: number, { faults }: Profile): NonNullable<DriveState['fault']> {
  const known = faults.find((fault) => fault.code === code);
  if (known !== undefined) return known;
  const text = `Status word 0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { code, category: 'other', text, remedy: null, resettable: true };
}

/** Why nothing may be started now; null when it may. */
export function notReady(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the servo reports a fault: ${fault.text}`);
  return power === 'enabled' ? null : refused('wrong-state', `the servo is ${power}, not enabled`);
}
