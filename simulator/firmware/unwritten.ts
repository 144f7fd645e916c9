import type { Personality } from './behaviour.ts';

/** Stands where a family has no personality yet. */
export const unwritten: Personality = ({ profile }) => {
  throw new RangeError(`nobody has written how a ${profile.scheme} drive behaves: ${profile.id} cannot be simulated`);
};
