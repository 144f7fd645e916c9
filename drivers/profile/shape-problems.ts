import type { z } from 'zod';
import { suggestion } from './closest-word.ts';
import type { Contradiction } from './contradiction.ts';
import { ChannelName, Profile } from './profile.ts';
import { Register } from './register.ts';
import { registerContradictions } from './register-checks.ts';
import { keysOf, schemaAt } from './schema-walk.ts';
import { SignalName } from './signal-name.ts';

/** A key among more than so many is better looked up than listed. */
const LISTED_KEYS = 20;

/**
 * What is wrong with a value that is no profile: every fault of its shape, and what those registers that are well formed
 * tell against one another all the same.
 */
export function shapeProblems(value: unknown, issues: readonly z.core.$ZodIssue[]): readonly Contradiction[] {
  const common = mappingAt(value, ['registers']);
  const own = ChannelName.options.map((channel) => mappingAt(value, ['channels', channel, 'registers']));
  const registers = [common, ...own].flatMap((mapping) => registerContradictions(wellFormed(mapping)));
  return [...issues.flatMap(toContradictions), ...registers];
}

function toContradictions(issue: z.core.$ZodIssue): readonly Contradiction[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], expected: unknownKey(path, key) }));
  }
  if (issue.code === 'invalid_union') return [{ path, expected: choices(issue) }];
  return [{ path, expected: expectation(issue.message) }];
}

function unknownKey(path: readonly (string | number)[], key: string): string {
  const known = keysOf(schemaAt(Profile, path));
  const listed = known.length > LISTED_KEYS ? '' : `; there are ${known.join(', ')}`;
  return `no key "${key}" here${suggestion(key, known)}${listed}`;
}

/** Every way in which it could be right. */
function choices({ errors, message }: z.core.$ZodIssueInvalidUnion): string {
  const ways = errors.flatMap(([first]) => (first === undefined ? [] : [expectation(first.message)]));
  return ways.length === 0 ? expectation(message) : [...new Set(ways)].join(', or ');
}

/** "Invalid input: expected number, received string" without what is said anyway. */
function expectation(message: string): string {
  const [, expected] = /expected (.*)$/.exec(message) ?? [];
  return expected ?? `another value: ${message}`;
}

function mappingAt(value: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
  let found = value;
  for (const key of path) found = isMapping(found) ? found[key] : undefined;
  return isMapping(found) ? found : {};
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wellFormed(mapping: Readonly<Record<string, unknown>>): Profile['registers'] {
  const entries = Object.entries(mapping).flatMap(([signal, value]) => {
    const name = SignalName.safeParse(signal);
    const register = Register.safeParse(value);
    return name.success && register.success ? [[name.data, register.data] as const] : [];
  });
  return Object.fromEntries(entries);
}
