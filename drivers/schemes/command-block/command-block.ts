import type { Profile } from '../../profile/index.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import type { Scheme, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './motion.ts';
import { planDisable, planEnable, planResetFault } from './power.ts';
import { planHalt, planQuickStop, stopHarder } from './stop.ts';

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: planDisable,
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  moveVelocity: planMoveVelocity,
  home: planHome,
  setPosition: planSetPosition,
  halt: planHalt,
  quickStop: planQuickStop,
};

/** Drives whose every motion is one block of registers that starts as it is written. */
export const commandBlock: Scheme = {
  id: 'command-block',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan: planBy(planners),
  stopHarder,
  verbs: verbsOf,
  configuration,
};

/** The watchdog cannot be read back; that it was taken, only the answer says. */
function configuration(
  { registers }: Profile,
  { watchdogMs }: { readonly watchdogMs: number | null },
): readonly Step[] {
  if (registers.watchdogTimeout === undefined || watchdogMs === null) return [];
  return [{ do: 'write', values: { watchdogTimeout: watchdogMs } }];
}
