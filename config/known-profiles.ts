import { isAbsolute, resolve } from 'node:path';
import {
  loadProfile,
  ProfileError,
  shippedProfile,
  shippedProfileIds,
  suggestion,
  type Profile,
} from '../drivers/profile/index.ts';
import type { Draft } from './site-draft.ts';

/** A profile by the word that the site file uses for it, or why there is none. */
export type KnownProfiles = ReadonlyMap<string, Profile | { readonly problem: string }>;

/** Loads each profile once. A word with a slash or `.yaml` is a file, relative to `folder`; any other a shipped id. */
export function findProfiles(drives: Iterable<Draft>, folder: string): KnownProfiles {
  const words = new Set([...drives].map((drive) => drive['profile']).filter((word) => typeof word === 'string'));
  return new Map([...words].map((word) => [word, findProfile(word, folder)]));
}

export const isProfile = (found: Profile | { readonly problem: string } | undefined): found is Profile =>
  found !== undefined && !('problem' in found);

function findProfile(word: string, folder: string): Profile | { readonly problem: string } {
  const isFile = isAbsolute(word) || /[/\\]|\.ya?ml$/.test(word);
  if (!isFile && !shippedProfileIds().includes(word)) return { problem: unknownProfile(word) };
  try {
    return isFile ? loadProfile(resolve(folder, word)) : shippedProfile(word);
  } catch (error) {
    if (error instanceof ProfileError) return { problem: error.message };
    throw error;
  }
}

function unknownProfile(word: string): string {
  const known = shippedProfileIds();
  const hint = suggestion(word, known);
  return `unknown profile "${word}"${hint}; expected one of ${known.join(', ')}, or the path of a profile file`;
}
