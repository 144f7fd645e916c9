import { isAbsolute, resolve } from 'node:path';
import { loadProfile, ProfileError, suggestion, type Profile } from '../drivers/profile/index.ts';
import type { ProfileLibrary } from './profile-library.ts';
import type { Draft } from './site-draft.ts';

/** A profile by the word that the site file uses for it, or why there is none. */
export type KnownProfiles = ReadonlyMap<string, Profile | { readonly problem: string }>;

/** Loads each profile once. A word with a slash or `.yaml` is a file, relative to `folder`; any other an id. */
export function findProfiles(
  drives: Iterable<Draft>,
  { library, folder }: { readonly library: ProfileLibrary; readonly folder: string },
): KnownProfiles {
  const words = new Set([...drives].map((drive) => drive['profile']).filter((word) => typeof word === 'string'));
  return new Map(
    [...words].map((word) => {
      const isFile = isAbsolute(word) || /[/\\]|\.ya?ml$/.test(word);
      const path = isFile ? resolve(folder, word) : library.files.get(word);
      return [word, path === undefined ? { problem: unknownProfile(word, library) } : loaded(path)];
    }),
  );
}

export const isProfile = (found: Profile | { readonly problem: string } | undefined): found is Profile =>
  found !== undefined && !('problem' in found);

function loaded(path: string): Profile | { readonly problem: string } {
  try {
    return loadProfile(path);
  } catch (error) {
    if (error instanceof ProfileError) return { problem: error.message };
    throw error;
  }
}

function unknownProfile(word: string, { files }: ProfileLibrary): string {
  const known = [...files.keys()];
  const hint = suggestion(word, known);
  return `unknown profile "${word}"${hint}; expected one of ${known.join(', ')}, or the path of a profile file`;
}
