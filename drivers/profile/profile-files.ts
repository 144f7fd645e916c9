import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parseDocument } from 'yaml';

/** A profile file and the id by which it is called. */
export interface ProfileFile {
  readonly id: string;
  readonly path: string;
}

/** The profile files of a folder, sorted by path. Throws what the system says of a folder that cannot be read. */
export function profileFilesIn(folder: string): readonly ProfileFile[] {
  return yamlIn(folder).map((path) => ({ path, id: idOf(path) }));
}

/**
 * The profiles that come with the package. Each is called by the name of its file, so none is read: every process of a
 * site asks for them when it starts, and parsing them all would take half of that time.
 */
export function shippedFiles(): readonly ProfileFile[] {
  return yamlIn(shippedFolder()).map((path) => ({ path, id: nameOf(path) }));
}

const yamlIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .toSorted();

const nameOf = (path: string): string => basename(path, extname(path));

/** The yaml stays with the sources; what is built lies below the same package root. */
export function shippedFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the program: it is not installed completely');
    folder = parent;
  }
  return join(folder, 'drivers', 'profiles');
}

/** As the file says itself; where it says nothing that can be read, its name. */
function idOf(path: string): string {
  const id: unknown = parseDocument(readFileSync(path, 'utf8')).get('id');
  return typeof id === 'string' ? id : nameOf(path);
}
