import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Contradiction } from './contradiction.ts';
import { ProfileError, type ProfileProblem } from './profile-error.ts';

/** A profile is small; more aliases than this are an attempt to blow up memory. */
const MAX_ALIASES = 100;

/** The text of a profile as plain values, and the way back from a value to its place in the text. */
export interface ProfileSource {
  readonly value: unknown;
  locate(found: Contradiction): ProfileProblem;
}

/** Throws ProfileError for what is no YAML. */
export function readSource(text: string, file: string): ProfileSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Pick<ProfileProblem, 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      ...placeAt(pos[0]),
      path: '',
      expected: `YAML 1.2: ${message}`,
    }));
    throw new ProfileError(file, problems);
  }
  return {
    value: plainValue(document, file),
    locate: ({ path, expected }) => ({ ...placeAt(offsetOf(document, path)), path: path.join('.'), expected }),
  };
}

const OF_A_SITE = ['site', 'lines', 'drives', 'groups', 'mqtt', 'http'];
const OF_A_PROFILE = ['scheme', 'registers', 'countsPerRevolution', 'wordOrder', 'identity', 'verbs'];

/** Whether a YAML text means to be a profile: by its keys, because a file may have any name. */
export function isProfileText(text: string): boolean {
  const { contents } = parseDocument(text, { prettyErrors: false });
  if (!isMap(contents)) return false;
  const keys = contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const count = (known: readonly string[]): number => known.filter((key) => keys.includes(key)).length;
  return count(OF_A_PROFILE) > count(OF_A_SITE);
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    const expected = `at most ${MAX_ALIASES} uses of aliases`;
    throw new ProfileError(file, [{ line: 1, column: 1, path: '', expected }], cause);
  }
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
