import type { Profile, SignalName } from '../../profile/index.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import type { DriveIntent, Scheme, Step } from '../scheme.ts';
import { startProblem, toDriveState } from './drive-state.ts';
import { planDisable, planEnable, planResetFault } from './enable.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './path.ts';
import { has, stopCommand } from './words.ts';

/** Which path is under way stands in no statusword. */
const needs: Readonly<Partial<Record<DriveIntent['kind'], readonly SignalName[]>>> = {
  moveTo: ['pathTrigger'],
  moveVelocity: ['pathTrigger'],
};

/** A group cannot be armed: a broadcast trigger would run the path of every drive on the line, whatever stands in it. */
const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  moveVelocity: planMoveVelocity,
  home: planHome,
  setPosition: planSetPosition,
  halt: (_, now, profile) => startProblem(now, profile) ?? { ok: true, steps: [stopCommand] },
  quickStop: () => ({ ok: true, steps: [stopCommand] }),
};

/** Drives that run the paths of a table. */
export const positionTable: Scheme = {
  id: 'position-table',
  stopShows: 'enabled',
  commonStop: [stopCommand],
  toDriveState,
  alsoNeeds: ({ kind }) => needs[kind] ?? [],
  furtherReads: ({ statusword = 0 }, profile) => (has('fault', statusword, profile) ? ['errorCode'] : []),
  plan: planBy(planners),
  verbs: verbsOf,
  configuration,
};

/**
 * Nothing is set here, but one thing must hold: with another number of pulses per revolution every distance and every
 * velocity would be another one.
 */
function configuration({ registers, countsPerRevolution }: Profile): readonly Step[] {
  if (registers.pulsesPerRevolution === undefined) return [];
  return [{ do: 'verify', values: { pulsesPerRevolution: countsPerRevolution } }];
}
