import type { Drive, DriveIntent, Part } from '../../drivers/drive/index.ts';
import { ARMED_ALONE } from '../contracts/index.ts';
import type { MotionPlan } from './domain/motion-plan.ts';

// A set-point that waits for its start. A drive that can be armed holds it itself; for any other its registers are
// prepared, and the trigger is held back here: should this service die, nothing is armed.

interface Order {
  readonly intent: DriveIntent;
  readonly part?: Part;
}

const holdsItself = ({ verbs }: Pick<Drive, 'verbs'>): boolean => verbs.has('arm');

export function armingOf(drive: Pick<Drive, 'verbs'>, group: number | null, { setpoint }: MotionPlan): Order {
  if (holdsItself(drive)) return { intent: { kind: 'arm', group: group ?? ARMED_ALONE, ...setpoint } };
  return { intent: { kind: 'moveTo', ...setpoint }, part: 'prepare' };
}

export function startOf(drive: Pick<Drive, 'verbs'>, { setpoint }: MotionPlan): Order {
  if (holdsItself(drive)) return { intent: { kind: 'startArmed' } };
  return { intent: { kind: 'moveTo', ...setpoint }, part: 'commit' };
}
