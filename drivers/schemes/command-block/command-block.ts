import { missingSignals, type Profile, type Signals, type Verb } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Scheme, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHome, planSetPosition } from './homing.ts';
import { planMoveTo, planMoveVelocity } from './motion.ts';
import { planDisable, planEnable, planResetFault } from './power.ts';
import { planHalt, planQuickStop, stopHarder } from './stop.ts';

/** Drives whose every motion is one block of registers that starts as it is written. */
export const commandBlock: Scheme = {
  id: 'command-block',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan(intent, now, profile) {
    if (!hasVerb(intent, profile)) return refused('unsupported', `${profile.title} has no ${intent.kind}`);
    return planAny(intent, now, profile);
  },
  stopHarder,
  verbs: verbsOf,
  configuration,
};

function verbsOf(profile: Profile): ReadonlySet<Verb> {
  return new Set(profile.verbs.filter((verb) => missingSignals(profile, verb).length === 0));
}

function hasVerb({ kind }: DriveIntent, profile: Profile): boolean {
  const verbs: ReadonlySet<string> = verbsOf(profile);
  return verbs.has(kind);
}

type Kind = DriveIntent['kind'];
type IntentOf = { readonly [K in Kind]: Extract<DriveIntent, { kind: K }> };
type Planners = { readonly [K in Kind]: (intent: IntentOf[K], now: Signals, profile: Profile) => Plan };

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: planDisable,
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  arm: notArmed,
  startArmed: notArmed,
  disarm: notArmed,
  moveVelocity: planMoveVelocity,
  home: planHome,
  setPosition: planSetPosition,
  halt: planHalt,
  quickStop: planQuickStop,
};

function planAny<K extends Kind>(intent: IntentOf[K] & { readonly kind: K }, now: Signals, profile: Profile): Plan {
  return planners[intent.kind](intent, now, profile);
}

function notArmed(): Plan {
  return refused('unsupported', 'the drive starts as soon as it is told a target: it cannot be armed');
}

/** The watchdog cannot be read back; that it was taken, only the answer says. */
function configuration(
  { registers }: Profile,
  { watchdogMs }: { readonly watchdogMs: number | null },
): readonly Step[] {
  if (registers.watchdogTimeout === undefined || watchdogMs === null) return [];
  return [{ do: 'write', values: { watchdogTimeout: watchdogMs } }];
}
