import { missingSignals, type Profile, type SignalName, type Signals, type Verb } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Scheme } from '../scheme.ts';
import { configurationSteps } from './configuration.ts';
import { toDriveState } from './drive-state.ts';
import { planDisable, planEnable, planResetFault } from './enable.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './operation.ts';
import { planHalt, quickStopSteps } from './stop.ts';

/** Drives with one block of direct data and a trigger. */
export const directData: Scheme = {
  id: 'direct-data',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: ({ kind }) => needs[kind] ?? [],
  plan(intent, now, profile) {
    const { kind } = intent;
    const isKnown = kind in planners && verbsOf(profile).has(kind as Verb);
    if (!isKnown) return refused('unsupported', `${profile.title} has no ${kind}`);
    return planAny(intent as IntentOf[Kind], now, profile);
  },
  verbs: verbsOf,
  configuration: configurationSteps,
};

function verbsOf(profile: Profile): ReadonlySet<Verb> {
  return new Set(profile.verbs.filter((verb) => missingSignals(profile, verb).length === 0));
}

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
type Kind = Exclude<DriveIntent['kind'], 'arm' | 'startArmed' | 'disarm'>;
type IntentOf = { readonly [K in Kind]: Extract<DriveIntent, { kind: K }> };
type Planners = { readonly [K in Kind]: (intent: IntentOf[K], now: Signals, profile: Profile) => Plan };

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

function planAny<K extends Kind>(intent: IntentOf[K] & { readonly kind: K }, now: Signals, profile: Profile): Plan {
  return planners[intent.kind](intent, now, profile);
}
