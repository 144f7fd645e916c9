import type { Profile } from '../../profile/index.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import type { Scheme, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHalt, planMoveTo, planMoveVelocity } from './motion.ts';
import { planSetPosition } from './position.ts';
import { planDisable, planEnable, planQuickStop, planResetFault } from './power.ts';

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  moveVelocity: planMoveVelocity,
  setPosition: planSetPosition,
  halt: planHalt,
  quickStop: (_, now) => planQuickStop(now),
};

/**
 * One of two motors that share a unit, its control word and its mode. What enables, stops, disables or resets does so to
 * both: `power` is that of the unit, and a stop of one motor is a stop of both, which each sees in its own readings.
 */
export const twinAxis: Scheme = {
  id: 'twin-axis',
  stopShows: 'quick-stop',
  toDriveState,
  alsoNeeds: ({ kind }) =>
    kind === 'halt' || kind === 'moveVelocity' ? ['targetPosition', 'profileVelocity', 'profileDeceleration'] : [],
  plan: planBy(planners),
  verbs: verbsOf,
  configuration,
};

/** Each motor starts by itself; the ramp of the emergency stop, as near as its register allows; the watchdog of both. */
function configuration(
  { registers }: Profile,
  wanted: { readonly watchdogMs: number | null; readonly quickStopDeceleration: number },
): readonly Step[] {
  const [gentlest, steepest] = registers.quickStopDeceleration?.range ?? [0, Infinity];
  const values = {
    syncMode: 0,
    quickStopDeceleration: Math.min(steepest, Math.max(gentlest, wanted.quickStopDeceleration)),
    ...(wanted.watchdogMs === null ? {} : { watchdogTimeout: wanted.watchdogMs }),
  };
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}
