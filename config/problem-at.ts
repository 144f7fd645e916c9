import type { Part, Path } from './yaml-source.ts';

/** A problem before its place in the file is looked up. */
export interface ProblemAt {
  readonly path: Path;
  readonly part: Part;
  readonly message: string;
}

export const atKey = (path: Path, message: string): ProblemAt => ({ path, part: 'key', message });
export const atValue = (path: Path, message: string): ProblemAt => ({ path, part: 'value', message });

/** A value as a message shows it: `the text "12"`, `the number 300`, `a list`. */
export function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length <= 4 ? `the list ${JSON.stringify(value)}` : 'a list';
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? String(value) : 'a mapping of keys';
}
