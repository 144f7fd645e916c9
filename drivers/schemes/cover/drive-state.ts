import { Counts } from '../../base/index.ts';
import type { Profile, Signals } from '../../profile/index.ts';
import { nothingKnown } from '../nothing-known.ts';
import type { Condition, DriveState } from '../scheme.ts';

type Facts = NonNullable<Profile['cover']>;

const NO_FACTS: Facts = {
  unknownPosition: 0xff,
  states: { standing: [], opening: [], closing: [] },
  percentPerS: { value: 1, see: '' },
};
export const factsOf = ({ cover }: Profile): Facts => cover ?? NO_FACTS;

/**
 * A position that the drive does not know is null and no number. It is always ready to go, so it counts as enabled; it
 * has no word for "arrived", which its position has to prove.
 */
export function toDriveState(signals: Signals, profile: Profile): DriveState {
  const { statusword, actualPosition } = signals;
  if (statusword === undefined || actualPosition === undefined) return nothingKnown;
  const isKnown = actualPosition !== factsOf(profile).unknownPosition;
  const moving = movingOf(statusword, profile);
  return {
    ...nothingKnown,
    power: 'enabled',
    position: isKnown ? Counts(actualPosition) : null,
    moving,
    homing: isKnown ? 'attained' : moving === true ? 'running' : 'idle',
    referenced: isKnown,
  };
}

function movingOf(statusword: number, profile: Profile): boolean | null {
  const { states } = factsOf(profile);
  if (states.opening.includes(statusword) || states.closing.includes(statusword)) return true;
  return states.standing.includes(statusword) ? false : null;
}

/** What the status shows while it goes that way. */
export function going(way: 'opening' | 'closing', profile: Profile): readonly Condition[] {
  return factsOf(profile).states[way].map((equals) => ({ signal: 'statusword', mask: 0xff, equals }));
}

export function standing(profile: Profile): readonly Condition[] {
  return factsOf(profile).states.standing.map((equals) => ({ signal: 'statusword', mask: 0xff, equals }));
}
