import { z } from 'zod';
import { keysOf, schemaAt, suggestion } from '../drivers/profile/index.ts';
import { atKey, atValue, shown, type ProblemAt } from './problem-at.ts';
import { ID_EXPECTED, SiteFile } from './site-file.ts';
import type { Path } from './yaml-source.ts';

/** Settings of the contract that this version cannot honour. Ignoring one of them could be dangerous, so it is said. */
const NOT_YET: Readonly<Record<string, string>> = {
  interlocks: 'interlocks are not built yet; take them out and do not rely on them',
  expose: 'Home Assistant discovery is not built yet; take this out',
};

export type SchemaAnswer =
  { readonly ok: true; readonly file: SiteFile } | { readonly ok: false; readonly problems: readonly ProblemAt[] };

/** Checks plain values against the schema of the site file; every violation at once. */
export function checkSchema(value: unknown): SchemaAnswer {
  const parsed = SiteFile.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, file: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(toProblems) };
}

function toProblems(issue: z.core.$ZodIssue): readonly ProblemAt[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'invalid_key') return [atKey(path, `a bad name; expected ${ID_EXPECTED}`)];
  const inner = issue.code === 'invalid_union' ? branchProblems(path, issue) : [];
  return inner.length > 0 ? inner : [wrongValue(path, issue.input)];
}

/** A mapping was given where the schema has one mapping among other choices: then that mapping's own problems are meant. */
function branchProblems(path: Path, issue: z.core.$ZodIssueInvalidUnion): readonly ProblemAt[] {
  const branch = issue.errors.find((errors) => errors.some(({ path: inner, code }) => isInside(inner, code)));
  return (branch ?? []).flatMap((error) => toProblems({ ...error, path: [...path, ...error.path] }));
}

const isInside = (path: readonly PropertyKey[], code: string): boolean =>
  path.length > 0 || code === 'unrecognized_keys';

function unknownKey(path: Path, key: string): ProblemAt {
  const notYet = NOT_YET[key];
  if (notYet !== undefined) return atKey([...path, key], notYet);
  const known = keysOf(schemaAt(SiteFile, path));
  const hint = suggestion(key, known);
  return atKey([...path, key], `unknown key${hint === '' ? '' : hint}; expected one of ${known.join(', ')}`);
}

function wrongValue(path: Path, found: unknown): ProblemAt {
  const expected = expectation(schemaAt(SiteFile, path));
  if (found === undefined) return atValue(path, `is missing; expected ${expected}`);
  return atValue(path, `found ${shown(found)}, expected ${expected}`);
}

function expectation(schema: z.ZodType | undefined): string {
  if (schema?.description !== undefined) return schema.description;
  return schema instanceof z.ZodOptional ? expectation(schema.unwrap() as z.ZodType) : 'another value';
}
