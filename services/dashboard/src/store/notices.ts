import type { Signal } from '@preact/signals';
import type { PageProblem } from '../api/page-problem.ts';

export interface Notice extends PageProblem {
  readonly key: number;
  /** How often the same was said. */
  readonly times: number;
}

interface NoticeBoard {
  readonly notices: Signal<readonly Notice[]>;
}

const MOST = 4;

/** Says a problem; the same problem again is counted, not repeated, and the oldest gives way. */
export function addNotice(board: NoticeBoard, problem: PageProblem): void {
  const before = board.notices.value;
  const same = before.find((each) => each.title === problem.title && each.detail === problem.detail);
  const key = Math.max(0, ...before.map((each) => each.key)) + 1;
  const notice = { ...problem, key: same?.key ?? key, times: (same?.times ?? 0) + 1 };
  board.notices.value = [...before.filter((each) => each !== same), notice].slice(-MOST);
}

export function dropNotice(board: NoticeBoard, key: number): void {
  board.notices.value = board.notices.value.filter((each) => each.key !== key);
}
