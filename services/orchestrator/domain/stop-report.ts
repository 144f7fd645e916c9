import type { StopReport } from '../../contracts/index.ts';

/** How one device process took a stop. */
export interface StopOutcome {
  /** Drives this process should have stopped. */
  readonly drives: readonly string[];
  /** `unreachable`: nobody there; `unanswered`: it may have heard, but did not say in time. */
  readonly answer: StopReport | 'unreachable' | 'unanswered';
}

type Verdict = 'confirmed' | 'unconfirmed' | 'unreachable';

/** A drive that its process does not name is unconfirmed: silence never counts as standing still. */
function verdict(drive: string, answer: StopOutcome['answer']): Verdict {
  if (answer === 'unreachable') return 'unreachable';
  if (answer === 'unanswered') return 'unconfirmed';
  if (answer.unreachable.includes(drive)) return 'unreachable';
  return answer.confirmed.includes(drive) && !answer.unconfirmed.includes(drive) ? 'confirmed' : 'unconfirmed';
}

/** One report of all processes' answers; every drive stands in exactly one list. */
export function joinStopReports(outcomes: readonly StopOutcome[], durationMs: number): StopReport {
  const verdicts = outcomes.flatMap(({ drives, answer }) =>
    drives.map((drive) => ({ drive, verdict: verdict(drive, answer) })),
  );
  const named = (wanted: Verdict): string[] =>
    verdicts.filter((each) => each.verdict === wanted).map(({ drive }) => drive);
  return {
    allConfirmed: verdicts.every((each) => each.verdict === 'confirmed'),
    confirmed: named('confirmed'),
    unconfirmed: named('unconfirmed'),
    unreachable: named('unreachable'),
    durationMs,
  };
}
