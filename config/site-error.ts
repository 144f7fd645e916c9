import type { SiteProblem } from './site.ts';

/** A site file that cannot be used; says everything that is wrong with it at once. */
export class SiteError extends Error {
  override readonly name = 'SiteError';
  /** Absolute path of the site file. */
  readonly file: string;
  readonly problems: readonly SiteProblem[];

  constructor(file: string, problems: readonly SiteProblem[]) {
    super(formatProblems(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

/** One line for each problem, in the form that editors and terminals turn into a link: file:line:column path: message. */
export function formatProblems(file: string, problems: readonly SiteProblem[]): string {
  return problems.map((problem) => formatProblem(file, problem)).join('\n');
}

function formatProblem(file: string, { line, column, path, message }: SiteProblem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return path === '' ? `${place} ${message}` : `${place} ${path}: ${message}`;
}
