import { z } from 'zod';
import { keysOf, schemaAt, suggestion } from '../drivers/profile/index.ts';
import { atKey, atValue, shown, type ProblemAt } from './problem-at.ts';
import type { Path } from './yaml-source.ts';

/** What a schema, whose descriptions say what is expected, has against a text that people wrote. */
export interface IssueWords {
  readonly schema: z.ZodType;
  /** What the keys of a record may look like. */
  readonly names: string;
  /** Keys that are known and cannot be honoured yet, with what to say of them. */
  readonly notYet?: Readonly<Record<string, string>>;
}

/** Every violation as a sentence: what was found, what was expected, what was probably meant. */
export function issueProblems(issues: readonly z.core.$ZodIssue[], words: IssueWords): readonly ProblemAt[] {
  return issues.flatMap((issue) => toProblems(issue, words));
}

function toProblems(issue: z.core.$ZodIssue, words: IssueWords): readonly ProblemAt[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, words));
  if (issue.code === 'invalid_key') return [atKey(path, `a bad name; expected ${words.names}`)];
  if (issue.code === 'custom') return [atValue(path, issue.message)];
  const inner = issue.code === 'invalid_union' ? branchProblems(path, issue, words) : [];
  return inner.length > 0 ? inner : [wrongValue(path, issue.input, words)];
}

/** A mapping was given where the schema has one mapping among other choices: then that mapping's own problems are meant. */
function branchProblems(path: Path, issue: z.core.$ZodIssueInvalidUnion, words: IssueWords): readonly ProblemAt[] {
  const branch = issue.errors.find((errors) => errors.some(({ path: inner, code }) => isInside(inner, code)));
  return (branch ?? []).flatMap((error) => toProblems({ ...error, path: [...path, ...error.path] }, words));
}

const isInside = (path: readonly PropertyKey[], code: string): boolean =>
  path.length > 0 || code === 'unrecognized_keys';

function unknownKey(path: Path, key: string, { schema, notYet }: IssueWords): ProblemAt {
  const reason = notYet?.[key];
  if (reason !== undefined) return atKey([...path, key], reason);
  const known = keysOf(schemaAt(schema, path));
  const hint = suggestion(key, known);
  return atKey([...path, key], `unknown key${hint === '' ? '' : hint}; expected one of ${known.join(', ')}`);
}

function wrongValue(path: Path, found: unknown, { schema }: IssueWords): ProblemAt {
  const expected = expectation(schemaAt(schema, path));
  if (found === undefined) return atValue(path, `is missing; expected ${expected}`);
  return atValue(path, `found ${shown(found)}, expected ${expected}`);
}

function expectation(schema: z.ZodType | undefined): string {
  if (schema?.description !== undefined) return schema.description;
  if (schema instanceof z.ZodLazy) return expectation(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodOptional ? expectation(schema.unwrap() as z.ZodType) : 'another value';
}
