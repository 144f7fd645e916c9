import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { command, Run } from './words.ts';

type Halt = Extract<DriveIntent, { kind: 'halt' }>;
type QuickStop = Extract<DriveIntent, { kind: 'quickStop' }>;

/** F7h, the drive's command for emergencies: ends whatever moves, without a ramp. */
export const atOnce: Step = command('stopAtOnce', 1);

/**
 * F5h with speed 0 ramps down and goes on holding. The target beside it has no meaning then; it is where the drive was
 * seen last, so that even a drive which took the frame for a move would stay near.
 */
export function rampDown(deceleration: number, { actualPosition }: Signals, { registers }: Profile): Step {
  const [least, greatest] = registers.profileAcceleration?.range ?? [deceleration, deceleration];
  return {
    do: 'command',
    signal: 'profileVelocity',
    value: 0,
    also: {
      profileAcceleration: Math.min(greatest, Math.max(least, deceleration)),
      targetPosition: fitsTarget(actualPosition) ? actualPosition : 0,
    },
  };
}

/** The coordinate is read with 48 bits and commanded with 32. */
const fitsTarget = (position: number | undefined): position is number =>
  position !== undefined && Math.abs(position) < 0x8000_0000;

/**
 * The ordinary stop ramps: every motion that is started here is an F5h block, whose own stop is that block with speed 0.
 * F7h instead would stand the shaft still at once, whatever hangs on it, which can stall the motor, and a stalled one
 * lets go of its load; above 1000 rpm the manual advises against it. It is used where the ramp is not known to work: for
 * homing, calibration, and where nothing was read; a shaft without power has nothing to ramp. Whatever else moves the motor (another master, a run at power-up) and
 * does not obey the ramp, the next readings show, and `stopHarder` ends it.
 */
export function planQuickStop({ deceleration }: QuickStop, now: Signals, profile: Profile): Plan {
  const isRampKnown = now.runState !== undefined && now.runState >= Run.stopped && now.runState <= Run.fullSpeed;
  const ramps = isRampKnown && now.enableState === 1 && deceleration !== undefined;
  return { ok: true, steps: [ramps ? rampDown(deceleration, now, profile) : atOnce] };
}

/** Everything but slowing down says that the ramp was not obeyed. */
export function stopHarder({ runState }: Signals): readonly Step[] {
  return runState === Run.decelerating || runState === Run.stopped ? [] : [atOnce];
}

/** The same ramp without any latch; homing knows no ramp. */
export function planHalt({ ramp, deceleration = ramp }: Halt, now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the drive reports a fault: ${fault.text}`);
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  if (now.runState === Run.homing || deceleration === undefined) return { ok: true, steps: [atOnce] };
  return { ok: true, steps: [rampDown(ramp ?? deceleration, now, profile)] };
}
