import type { Profile, Signals } from '../../profile/index.ts';
import type { Condition } from '../scheme.ts';

type States = NonNullable<Profile['openLoopSpeed']>['states'];

const statesOf = ({ openLoopSpeed }: Profile): States =>
  openLoopSpeed?.states ?? { standing: [], forward: [], reverse: [] };

/** Forward 1, reverse -1, standing 0, as the state register says; null where it was not read or says something else. */
export function wayOf({ statusword }: Signals, profile: Profile): 1 | 0 | -1 | null {
  const { standing, forward, reverse } = statesOf(profile);
  if (statusword === undefined) return null;
  if (standing.includes(statusword)) return 0;
  if (forward.includes(statusword)) return 1;
  return reverse.includes(statusword) ? -1 : null;
}

/** The same as conditions: any of them. */
export function shows(way: number, profile: Profile): readonly Condition[] {
  const { standing, forward, reverse } = statesOf(profile);
  const states = way === 0 ? standing : way > 0 ? forward : reverse;
  return states.map((equals) => ({ signal: 'statusword', mask: 0xffff, equals }));
}
