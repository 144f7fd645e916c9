import type { Problem } from '../../../contracts/index.ts';

/** What went wrong, in words a person can act on. */
export interface PageProblem {
  readonly title: string;
  readonly detail: string;
  readonly remedy: string | null;
  /** The server wants to know who asks. */
  readonly needsToken?: boolean;
}

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: PageProblem };

export const serverUnreachable: PageProblem = {
  title: 'The server does not answer',
  detail: 'The request could not be delivered, so nothing is known of its effect.',
  remedy: 'See whether kmotion runs and whether this device is on its network.',
};

/** Reads an error answer; a proxy in between may answer with something that is no problem document. */
export function problemOf(status: number, body: unknown): PageProblem {
  if (!isProblem(body)) {
    return { title: `The server answered ${status}`, detail: 'It gave no explanation.', remedy: null };
  }
  return { title: body.title, detail: detailOf(body), remedy: body.remedy ?? null, needsToken: status === 401 };
}

function detailOf(problem: Problem): string {
  const parts = (problem.errors ?? []).map((error) => `${error.drive ?? error.path}: ${error.detail}`);
  return [problem.detail, ...parts].filter((part) => part !== '').join(' · ');
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'detail' in body;
}
