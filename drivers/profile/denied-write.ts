import type { Profile } from './profile.ts';
import { signalEntries } from './signal-entries.ts';

/** Why these words must never be written there, as a sentence; null where nothing forbids it. */
export function deniedWrite(profile: Profile, address: number, words: readonly number[]): string | null {
  if (profile.deny.length === 0) return null;
  const places = placesOf(profile, address, words);
  for (const [index, word] of places.entries()) {
    const rule = profile.deny.find(
      (denied) => denied.address === address + index && (denied.values?.includes(word) ?? true),
    );
    if (rule !== undefined) return `${profile.id} forbids writing ${word} to register ${rule.address}: ${rule.why}`;
  }
  return null;
}

/** The words of a command block lie in no register but the one that names the command. */
function isCommandBlock({ registers }: Profile, address: number, words: number): boolean {
  return signalEntries(registers).some(([, own]) => own.address === address && own.block?.words === words);
}

/** A command block is denied by its first word's place, a command without a value by its address alone. */
function placesOf(profile: Profile, address: number, words: readonly number[]): readonly number[] {
  if (words.length === 0) return [0];
  return isCommandBlock(profile, address, words.length) ? words.slice(0, 1) : words;
}
