import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { contradictions, type Contradiction } from './coherence.ts';
import { ProfileError, type ProfileProblem } from './profile-error.ts';
import { Profile } from './profile.ts';

/** A profile is small; more aliases than this are an attempt to blow up memory. */
const MAX_ALIASES = 100;

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
  return readdirSync(shippedFolder())
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .toSorted();
}

/** Checks the text of a profile; `file` is only for the messages. Throws ProfileError with every problem at once. */
export function parseProfile(text: string, file: string): Profile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source = { document, lines };
  refuse(
    file,
    document.errors.map(({ pos, message }) => ({ ...placeAt(source, pos[0]), path: '', expected: message })),
  );
  const parsed = Profile.safeParse(plainValue(source, file));
  if (!parsed.success) {
    throw new ProfileError(file, parsed.error.issues.flatMap(toContradictions).map(located(source)));
  }
  refuse(file, contradictions(parsed.data).map(located(source)));
  return parsed.data;
}

interface Source {
  readonly document: Document;
  readonly lines: LineCounter;
}

function refuse(file: string, problems: readonly ProfileProblem[]): void {
  if (problems.length > 0) throw new ProfileError(file, problems);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const expected = `a readable file: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ProfileError(path, [{ line: 1, column: 1, path: '', expected }], cause);
  }
}

function plainValue({ document }: Source, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    const expected = `at most ${MAX_ALIASES} uses of aliases`;
    throw new ProfileError(file, [{ line: 1, column: 1, path: '', expected }], cause);
  }
}

/** The yaml stays with the sources; `dist/` mirrors the tree below the same package root. */
function shippedFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the program: it is not installed completely');
    folder = parent;
  }
  return join(folder, 'drivers', 'profiles');
}

function toContradictions(issue: z.core.$ZodIssue): readonly Contradiction[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code !== 'unrecognized_keys') return [{ path, expected: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key], expected: 'no such key' }));
}

function located(source: Source): (found: Contradiction) => ProfileProblem {
  return ({ path, expected }) => ({
    ...placeAt(source, offsetOf(source.document, path)),
    path: path.join('.'),
    expected,
  });
}

function placeAt({ lines }: Source, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Where the value stands; for a key that is missing, where its parent does. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const found = document.getIn(path.slice(0, depth), true) ?? keyAt(document, path.slice(0, depth));
    if (isNode(found) && found.range) return found.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

/** The key of a pair that has no value. */
function keyAt(document: Document, path: readonly (string | number)[]): unknown {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1));
  return pair?.key;
}
