import type { Profile, SignalName, Signals } from '../../profile/index.ts';
import type { DriveIntent, Plan, Scheme } from '../scheme.ts';
import { configurationSteps } from './configuration.ts';
import { toDriveState } from './drive-state.ts';
import { planDisable, planEnable, planResetFault } from './enable.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planArm, planDisarm, planMoveTo, planStartArmed } from './position.ts';
import { powerOf } from './power.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import { refused } from '../refused.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import { planMoveVelocity } from './velocity.ts';
import { command, Control, In } from './words.ts';

const quickStop = command(Control.quickStop);

/** Whether halt or bit 4 is still high, what is armed, and whether the drive obeys at all, stands in no statusword. */
const needs: Readonly<Partial<Record<DriveIntent['kind'], readonly SignalName[]>>> = {
  enable: ['controlMode'],
  moveTo: ['controlword'],
  arm: ['controlword'],
  moveVelocity: ['controlword'],
  home: ['controlword'],
  setPosition: ['controlword'],
  startArmed: ['armGroup'],
};

/** The reason of a fault, where the fast poll leaves it out. */
function furtherReads({ statusword }: Signals, { registers }: Profile): readonly SignalName[] {
  const hasFault = statusword !== undefined && (statusword & In.noFault.mask) !== 0;
  return hasFault && registers.errorCode !== undefined ? ['errorCode'] : [];
}

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  arm: planArm,
  startArmed: (_, now, profile) => planStartArmed(now, profile),
  disarm: planDisarm,
  moveVelocity: planMoveVelocity,
  home: planHome,
  setPosition: planSetPosition,
  halt: planHalt,
  quickStop: () => ({ ok: true, steps: [quickStop] }),
};

/** Drives after CiA 402. */
export const cia402: Scheme = {
  id: 'cia402',
  stopShows: 'quick-stop',
  commonStop: [quickStop],
  toDriveState,
  alsoNeeds: ({ kind }) => needs[kind] ?? [],
  plan: planBy(planners),
  verbs: verbsOf,
  configuration: configurationSteps,
  furtherReads,
};

/** Bit 8: ramps down as 6084h says and holds. Bit 4 falls with it, which also interrupts a homing. */
function planHalt({ ramp }: Extract<DriveIntent, { kind: 'halt' }>, now: Signals): Plan {
  const power = powerOf(now.statusword);
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  const asked = ramp === undefined ? [] : writeAndVerify({ profileDeceleration: ramp });
  return { ok: true, steps: [...asked, command(Control.halt)] };
}
