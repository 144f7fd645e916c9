import type { Profile } from '../profile/index.ts';
import { cia402 } from './cia402/index.ts';
import type { Scheme } from './scheme.ts';

const schemes: Readonly<Record<Profile['scheme'], Scheme>> = { cia402 };

/** The scheme that a profile names. */
export function schemeOf(profile: Profile): Scheme {
  return schemes[profile.scheme];
}
