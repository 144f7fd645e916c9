import { missingSignals, type Profile, type Signals, type Verb } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Scheme, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planMoveTo } from './motion.ts';
import { planDisable, planEnable, planResetFault } from './power.ts';
import { planHalt, planQuickStop } from './stop.ts';

/** Bus servos that go to whatever goal stands in their register. */
export const goalPosition: Scheme = {
  id: 'goal-position',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
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

type Kind = 'enable' | 'disable' | 'resetFault' | 'moveTo' | 'halt' | 'quickStop';
type IntentOf = { readonly [K in Kind]: Extract<DriveIntent, { kind: K }> };
type Planners = { readonly [K in Kind]: (intent: IntentOf[K], now: Signals, profile: Profile) => Plan };

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  halt: planHalt,
  quickStop: planQuickStop,
};

function planAny<K extends Kind>(intent: IntentOf[K] & { readonly kind: K }, now: Signals, profile: Profile): Plan {
  return planners[intent.kind](intent, now, profile);
}

/** Whatever is written from here must not stay: the lock of the memory is closed. */
function configuration({ registers }: Profile): readonly Step[] {
  if (registers.eepromLock === undefined) return [];
  const values = { eepromLock: 1 };
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}
