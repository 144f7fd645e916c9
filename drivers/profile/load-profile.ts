import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contradictions } from './coherence.ts';
import { ProfileError, type ProfileProblem } from './profile-error.ts';
import { shippedFiles, shippedFolder } from './profile-files.ts';
import { readSource } from './profile-source.ts';
import { Profile } from './profile.ts';
import { shapeProblems } from './shape-problems.ts';

/** Reads and checks a profile file. Throws ProfileError with every problem at once. */
export function loadProfile(path: string): Profile {
  return parseProfile(readText(path), path);
}

/** A profile that comes with the package, by its id. Throws ProfileError. */
export function shippedProfile(id: string): Profile {
  if (!shippedProfileIds().includes(id)) {
    const expected = `a shipped profile (${shippedProfileIds().join(', ')}), not ${JSON.stringify(id)}`;
    throw new ProfileError(id, [{ line: 1, column: 1, path: '', expected }]);
  }
  return loadProfile(join(shippedFolder(), `${id}.yaml`));
}

/** The ids of all profiles that come with the package, sorted. */
export function shippedProfileIds(): readonly string[] {
  return shippedFiles().map(({ id }) => id);
}

/** Checks the text of a profile; `file` is only for the messages. Throws ProfileError with every problem at once. */
export function parseProfile(text: string, file: string): Profile {
  const source = readSource(text, file);
  const parsed = Profile.safeParse(source.value);
  const found = parsed.success ? contradictions(parsed.data) : shapeProblems(source.value, parsed.error.issues);
  if (!parsed.success || found.length > 0)
    throw new ProfileError(file, inOrder(found.map((problem) => source.locate(problem))));
  return parsed.data;
}

const inOrder = (problems: readonly ProfileProblem[]): readonly ProfileProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const expected = `a readable file: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ProfileError(path, [{ line: 1, column: 1, path: '', expected }], cause);
  }
}
