import type { SignalName } from '../../profile/index.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import type { DriveIntent, Scheme } from '../scheme.ts';
import { configurationSteps } from './configuration.ts';
import { toDriveState } from './drive-state.ts';
import { planDisable, planEnable, planResetFault } from './enable.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './operation.ts';
import { planHalt, quickStopSteps } from './stop.ts';

/** What the inputs hold, and what the drive was told before: without them nothing that is read later would be news. */
const OPERATION: readonly SignalName[] = [
  'inputCommand',
  'targetMonitor',
  'targetVelocityMonitor',
  'absoluteWithoutHome',
];
const needs: Readonly<Partial<Record<DriveIntent['kind'], readonly SignalName[]>>> = {
  moveTo: OPERATION,
  moveVelocity: OPERATION,
  home: ['accelerationUnit', 'velocityUnit'],
};

/** A group cannot be armed: a broadcast trigger would start whatever stands in the block of every drive on the line. */
const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  moveVelocity: planMoveVelocity,
  home: planHome,
  setPosition: planSetPosition,
  halt: (_, now, profile) => planHalt(now, profile),
  quickStop: (_, now, profile) => ({ ok: true, steps: quickStopSteps(now, profile) }),
};

/** Drives with one block of direct data and a trigger. */
export const directData: Scheme = {
  id: 'direct-data',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: ({ kind }) => needs[kind] ?? [],
  plan: planBy(planners),
  verbs: verbsOf,
  configuration: configurationSteps,
};
