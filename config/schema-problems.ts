import type { ProblemAt } from './problem-at.ts';
import { issueProblems } from './schema-issues.ts';
import { ID_EXPECTED, SiteFile } from './site-file.ts';

/** Settings of the contract that this version cannot honour. Ignoring one of them could be dangerous, so it is said. */
const NOT_YET: Readonly<Record<string, string>> = {
  expose: 'Home Assistant discovery is not built yet; take this out',
};

export type SchemaAnswer =
  { readonly ok: true; readonly file: SiteFile } | { readonly ok: false; readonly problems: readonly ProblemAt[] };

/** Checks plain values against the schema of the site file; every violation at once. */
export function checkSchema(value: unknown): SchemaAnswer {
  const parsed = SiteFile.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, file: parsed.data };
  const words = { schema: SiteFile, names: ID_EXPECTED, notYet: NOT_YET };
  return { ok: false, problems: issueProblems(parsed.error.issues, words) };
}
