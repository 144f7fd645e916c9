import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Plan } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { Run } from './words.ts';

type Refusal = Extract<Plan, { ok: false }>;

/** Why nothing may be started now; null when it may. */
export function notReady(now: Signals, profile: Profile): Refusal | null {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the drive reports a fault: ${fault.text}`);
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  if (now.runState === Run.homing) return refused('wrong-state', 'homing is under way');
  if (now.runState === undefined || now.runState === Run.queryFailed) {
    return refused('wrong-state', 'the drive does not tell whether it moves');
  }
  return null;
}

/** The same, for what may begin only at rest. */
export function notAtRest(now: Signals, profile: Profile): Refusal | null {
  const refusal = notReady(now, profile);
  if (refusal !== null) return refusal;
  return toDriveState(now, profile).moving === false ? null : refused('wrong-state', 'the drive is not at rest');
}
