/** One thing wrong in a profile file, where it stands and what was expected there. */
export interface ProfileProblem {
  /** From 1; where a key is missing, the place of the mapping that lacks it. */
  readonly line: number;
  readonly column: number;
  /** Keys down to the value, joined with dots; empty for the whole file. */
  readonly path: string;
  /** Completes the sentence "expected ...". */
  readonly expected: string;
}

/** A profile file that cannot be used; says everything that is wrong with it at once. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly file: string;
  readonly problems: readonly ProfileProblem[];

  constructor(file: string, problems: readonly ProfileProblem[], cause?: unknown) {
    const lines = problems.map(({ line, column, path, expected }) => {
      const where = path === '' ? '' : `${path}: `;
      return `  ${file}:${line}:${column} ${where}expected ${expected}`;
    });
    super(`the profile cannot be used:\n${lines.join('\n')}`, cause === undefined ? undefined : { cause });
    this.file = file;
    this.problems = problems;
  }
}
