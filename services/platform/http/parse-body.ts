import { z } from 'zod';
import { problem, Refusal, type Problem } from '../../contracts/index.ts';

type Mistake = NonNullable<Problem['errors']>[number];

/**
 * The door for everything that comes from outside: checked once, trusted afterwards. No body is `{}`, so that
 * `curl -X POST .../enable` works.
 * @param what names the thing for people: `move-absolute`
 * @throws Refusal unknownField, invalidValue or malformed, each mistake with its path and what was expected
 */
export function parseBody<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value === undefined ? {} : value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues;
  const errors = issues.flatMap((issue) => mistakes(issue, schema));
  const detail = `${what}: ${errors.map((mistake) => (mistake.path === '' ? '' : `${mistake.path}: `) + mistake.detail).join('; ')}`;
  throw new Refusal(problem(codeOf(issues), detail, { errors }));
}

function codeOf(issues: readonly z.core.$ZodIssue[]): 'malformed' | 'unknownField' | 'invalidValue' {
  if (issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type')) return 'malformed';
  return issues.every((issue) => issue.code === 'unrecognized_keys') ? 'unknownField' : 'invalidValue';
}

function mistakes(issue: z.core.$ZodIssue, schema: z.ZodType): Mistake[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), detail: lowerFirst(issue.message) }];
  const known = path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const detail = known.length > 0 ? `unknown field; known are ${known.join(', ')}` : 'unknown field';
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), detail }));
}

const lowerFirst = (text: string): string =>
  text.charAt(0).toLowerCase() + text.slice(1).replace(/^nvalid input: /, '');
