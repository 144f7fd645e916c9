import { missingSignals, type Profile, type SignalName, type Signals, type Verb } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Scheme, Step } from '../scheme.ts';
import { startProblem, toDriveState } from './drive-state.ts';
import { planDisable, planEnable, planResetFault } from './enable.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './path.ts';
import { has, stopCommand } from './words.ts';

/** Drives that run the paths of a table. */
export const positionTable: Scheme = {
  id: 'position-table',
  stopShows: 'enabled',
  commonStop: [stopCommand],
  toDriveState,
  alsoNeeds: ({ kind }) => needs[kind] ?? [],
  furtherReads: ({ statusword = 0 }, profile) => (has('fault', statusword, profile) ? ['errorCode'] : []),
  plan(intent, now, profile) {
    const { kind } = intent;
    const isKnown = kind in planners && verbsOf(profile).has(kind as Verb);
    return isKnown
      ? planAny(intent as IntentOf[Kind], now, profile)
      : refused('unsupported', `${profile.title} has no ${kind}`);
  },
  verbs: verbsOf,
  configuration,
};

function verbsOf(profile: Profile): ReadonlySet<Verb> {
  return new Set(profile.verbs.filter((verb) => missingSignals(profile, verb).length === 0));
}

/** Which path is under way stands in no statusword. */
const needs: Readonly<Partial<Record<DriveIntent['kind'], readonly SignalName[]>>> = {
  moveTo: ['pathTrigger'],
  moveVelocity: ['pathTrigger'],
};

/** A group cannot be armed: a broadcast trigger would run the path of every drive on the line, whatever stands in it. */
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
  halt: (_, now, profile) => startProblem(now, profile) ?? { ok: true, steps: [stopCommand] },
  quickStop: () => ({ ok: true, steps: [stopCommand] }),
};

function planAny<K extends Kind>(intent: IntentOf[K] & { readonly kind: K }, now: Signals, profile: Profile): Plan {
  return planners[intent.kind](intent, now, profile);
}

/**
 * Nothing is set here, but one thing must hold: with another number of pulses per revolution every distance and every
 * velocity would be another one.
 */
function configuration({ registers, countsPerRevolution }: Profile): readonly Step[] {
  if (registers.pulsesPerRevolution === undefined) return [];
  return [{ do: 'verify', values: { pulsesPerRevolution: countsPerRevolution } }];
}
