import { missingSignals, type Profile, type Verb } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Scheme } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHalt, planMoveVelocity, planQuickStop } from './speed.ts';

/** Motors with a speed register and nothing else. */
export const openLoopSpeed: Scheme = {
  id: 'open-loop-speed',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan(intent, now, profile): Plan {
    const verb = verbOf(intent);
    if (!verbsOf(profile).has(verb)) return refused('unsupported', `${profile.title} has no ${verb}`);
    if (intent.kind === 'moveVelocity') return planMoveVelocity(intent, now, profile);
    return intent.kind === 'halt' ? planHalt(profile) : planQuickStop();
  },
  verbs: verbsOf,
  configuration: () => [],
};

function verbsOf(profile: Profile): ReadonlySet<Verb> {
  return new Set(profile.verbs.filter((verb) => missingSignals(profile, verb).length === 0));
}

const verbOf = ({ kind }: DriveIntent): Verb => (kind === 'startArmed' || kind === 'disarm' ? 'arm' : kind);
