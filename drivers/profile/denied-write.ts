import type { Profile } from './profile.ts';

/** Why these words must never be written there, as a sentence; null where nothing forbids it. */
export function deniedWrite(profile: Profile, address: number, words: readonly number[]): string | null {
  for (const [index, word] of words.entries()) {
    const rule = profile.deny.find(
      (denied) => denied.address === address + index && (denied.values?.includes(word) ?? true),
    );
    if (rule !== undefined) return `${profile.id} forbids writing ${word} to register ${rule.address}: ${rule.why}`;
  }
  return null;
}
