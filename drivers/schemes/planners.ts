import { missingSignals, type Profile, type Signals, type Verb } from '../profile/index.ts';
import { refused } from './refused.ts';
import type { DriveIntent, Plan, Scheme } from './scheme.ts';

type Kind = DriveIntent['kind'];
type IntentOf = { readonly [K in Kind]: Extract<DriveIntent, { kind: K }> };

/** For each kind of intent that a family knows, how it is planned. */
export type Planners = {
  readonly [K in Kind]?: (intent: IntentOf[K], now: Signals, profile: Profile) => Plan;
};

/** The plan of a scheme: by the planner of the intent, where the profile has its verb. */
export function planBy(planners: Planners): Scheme['plan'] {
  function plan<K extends Kind>(intent: IntentOf[K] & { readonly kind: K }, now: Signals, profile: Profile): Plan {
    const verb = verbOf(intent);
    const planner = planners[intent.kind];
    if (planner === undefined || !verbsOf(profile).has(verb)) {
      return refused('unsupported', `${profile.title} has no ${verb}`);
    }
    return planner(intent, now, profile);
  }
  return plan;
}

const verbOf = ({ kind }: Pick<DriveIntent, 'kind'>): Verb =>
  kind === 'startArmed' || kind === 'disarm' ? 'arm' : kind;

const known = new WeakMap<Profile, ReadonlySet<Verb>>();

/** The verbs that a profile names and whose registers it has; asked for with every intent. */
export function verbsOf(profile: Profile): ReadonlySet<Verb> {
  const verbs =
    known.get(profile) ?? new Set(profile.verbs.filter((verb) => missingSignals(profile, verb).length === 0));
  known.set(profile, verbs);
  return verbs;
}
