import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Profile } from '../drivers/profile/index.ts';
import { checkDoors } from './door-checks.ts';
import { checkDrives } from './drive-checks.ts';
import { applyEnvironment, type Environment, type Overridden } from './environment.ts';
import { checkGroups } from './group-checks.ts';
import { checkInterlocks } from './interlock-checks.ts';
import { findProfiles, isProfile } from './known-profiles.ts';
import { checkLines } from './line-checks.ts';
import { openLibrary } from './profile-library.ts';
import type { ProblemAt } from './problem-at.ts';
import { resolveSite } from './resolve-site.ts';
import { checkSchema } from './schema-problems.ts';
import { readSecrets } from './secret-files.ts';
import { toDraft } from './site-draft.ts';
import { SiteError } from './site-error.ts';
import type { Site, SiteProblem } from './site.ts';
import { checkWires } from './wire-checks.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

const MAX_BYTES = 256 * 1024;

/**
 * Reads, checks and completes a site file. Throws SiteError with every problem at once: what was found, what was
 * expected, on which line.
 */
export async function loadSite(file: string, environment: Environment): Promise<Site> {
  const path = resolve(file);
  return parseSite(await readText(path), { file: path, environment });
}

/** The same for a text that has been read already; `file` must be absolute, relative paths in the text start there. */
export function parseSite(
  text: string,
  { file, environment }: { readonly file: string; readonly environment: Environment },
): Site {
  const source = readYaml(text);
  if (source.problems.length > 0) throw new SiteError(file, source.problems);
  const overridden = applyEnvironment(source.value, environment);
  const folder = dirname(file);
  const draft = toDraft(overridden.value);
  const library = openLibrary(draft.profiles, folder);
  const profiles = findProfiles(draft.drives.values(), { library, folder });
  const { secrets, problems: secretProblems } = readSecrets(draft, folder);
  const checked = checkSchema(overridden.value);
  const problems = [
    ...(checked.ok ? [] : checked.problems),
    ...library.problems,
    ...checkLines(draft),
    ...checkWires(draft, profiles),
    ...checkDrives(draft, profiles),
    ...checkGroups(draft),
    ...checkInterlocks(draft),
    ...checkDoors(draft),
    ...secretProblems,
  ];
  const placed = [...overridden.problems, ...problems.map((problem) => place(problem, source, overridden))];
  if (!checked.ok || placed.length > 0) throw new SiteError(file, inOrder(placed));
  const machine = { platform: process.platform, home: homedir(), environment };
  const found = new Map<string, Profile>(
    [...profiles].flatMap(([word, profile]) => (isProfile(profile) ? [[word, profile]] : [])),
  );
  return resolveSite(checked.file, { file, machine, profiles: found, secrets });
}

async function readText(path: string): Promise<string> {
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await handle.stat();
    if (size > MAX_BYTES) throw unreadable(path, new Error(`it has ${size} bytes; expected at most ${MAX_BYTES}`));
    return await handle.readFile('utf8');
  } catch (error) {
    throw error instanceof SiteError ? error : unreadable(path, error);
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user has no permission to read it',
};

function unreadable(path: string, error: unknown): SiteError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const found = `cannot be used: ${REASONS[code] ?? message}; expected a site file`;
  return new SiteError(path, [{ line: 0, column: 0, path: '', message: found }]);
}

/** A problem in an overridden setting stands in the environment, not in the file. */
function place({ path, part, message }: ProblemAt, source: YamlSource, { variables }: Overridden): SiteProblem {
  const joined = path.join('.');
  const variable = variables.get(joined);
  if (variable !== undefined) return { line: 0, column: 0, path: variable, message };
  return { ...source.place(path, part), path: joined, message };
}

function inOrder(problems: readonly SiteProblem[]): readonly SiteProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
