import type { Site } from '../../config/index.ts';
import { loadProfile, shippedProfile, shippedProfileIds, type Profile } from '../../drivers/profile/index.ts';

/** The profiles that somebody named; without any, all shipped ones and the site's own. @throws ProfileError */
export function profilesFor(words: readonly string[] | undefined, site: Site | null): readonly Profile[] {
  const shipped = shippedProfileIds();
  if (words !== undefined) {
    return words.map((word) => (shipped.includes(word) ? shippedProfile(word) : loadProfile(word)));
  }
  const own = site === null ? [] : [...site.drives.values()].map(({ profile }) => profile);
  return [...new Map([...shipped.map(shippedProfile), ...own].map((profile) => [profile.id, profile])).values()];
}
