import { resolve } from 'node:path';
import { profileFilesIn, shippedFiles, type ProfileFile } from '../drivers/profile/index.ts';
import { atValue, type ProblemAt } from './problem-at.ts';

/** Every profile that a site file may call by its id: the shipped ones and those of the user's own folders. */
export interface ProfileLibrary {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly ProblemAt[];
}

/** @param folders as written in the site file, relative to `base` */
export function openLibrary(folders: readonly string[], base: string): ProfileLibrary {
  const files = new Map(shippedFiles().map(({ id, path }) => [id, path]));
  const problems: ProblemAt[] = [];
  for (const folder of folders) {
    const own = filesOf(folder, base);
    if (typeof own === 'string') problems.push(atValue(['profiles'], own));
    else problems.push(...added(own, files));
  }
  return { files, problems };
}

function filesOf(folder: string, base: string): readonly ProfileFile[] | string {
  try {
    return profileFilesIn(resolve(base, folder));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `found "${folder}", expected a folder with profile files: ${why}`;
  }
}

/** The first of an id stays; what comes later is told with both places. */
function added(own: readonly ProfileFile[], files: Map<string, string>): readonly ProblemAt[] {
  return own.flatMap(({ id, path }) => {
    const first = files.get(id);
    if (first === undefined) files.set(id, path);
    if (first === undefined || first === path) return [];
    const message = `the profile "${id}" is in ${first} and in ${path}; expected each id once: give one of them another`;
    return [atValue(['profiles'], message)];
  });
}
