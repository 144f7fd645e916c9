import type { Profile, Signals } from '../../profile/index.ts';
import type { DriveIntent, Plan, Step } from '../scheme.ts';
import { homingOf, movingOf } from './drive-state.ts';
import { switchMode } from './mode.ts';
import { powerOf } from './power.ts';
import { refused } from '../refused.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import { command, Control, isHaltBitHigh, Mode, modeOf } from './words.ts';

type Velocity = Extract<DriveIntent, { kind: 'moveVelocity' }>;

/**
 * In profile velocity 60FFh acts as soon as it is written. From rest it is therefore written and verified under halt,
 * and lowering halt is the trigger; only a drive that already turns is given the new velocity directly.
 */
export function planMoveVelocity(wanted: Velocity, now: Signals, profile: Profile): Plan {
  const power = powerOf(now.statusword);
  if (power === 'fault' || power === 'fault-reaction') return refused('fault', 'the drive reports a fault');
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  if (homingOf(now, power, profile) === 'running') return refused('wrong-state', 'homing is under way');
  const isTurning = modeOf(now) === Mode.profileVelocity && movingOf(now, profile) === true;
  return {
    ok: true,
    steps: isTurning && !isHaltBitHigh(now.controlword) ? retarget(wanted) : startFromRest(wanted, now, profile),
  };
}

const ramps = ({ acceleration, deceleration }: Velocity) => ({
  profileAcceleration: acceleration,
  profileDeceleration: deceleration,
});

function startFromRest(wanted: Velocity, now: Signals, profile: Profile): readonly Step[] {
  const values = { ...ramps(wanted), targetVelocity: wanted.velocity };
  const isHere = modeOf(now) === Mode.profileVelocity;
  return [
    // a stale 60FFh would act on entering the mode
    ...(isHere ? [] : writeAndVerify({ targetVelocity: 0 })),
    ...switchMode(Mode.profileVelocity, now, profile),
    ...(now.controlword === Control.halt ? [] : [command(Control.halt)]),
    ...writeAndVerify(values),
    { do: 'trigger', values: { controlword: Control.enableOperation }, proof: [] },
  ];
}

function retarget(wanted: Velocity): readonly Step[] {
  return [
    ...writeAndVerify(ramps(wanted)),
    { do: 'trigger', values: { targetVelocity: wanted.velocity }, proof: [] },
    { do: 'verify', values: { targetVelocity: wanted.velocity } },
  ];
}
