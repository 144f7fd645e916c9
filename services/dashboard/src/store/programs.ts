import type { ProgramSummary, RunResource } from '../../../contracts/index.ts';
import type { Outcome } from '../api/page-problem.ts';
import type { Store } from './store.ts';

export interface AsksPrograms {
  readonly programs: () => Promise<Outcome<readonly ProgramSummary[]>>;
}

/** The newest word on the last run of each program; what a run said before is passed over. */
export function hearRun(store: Store, run: RunResource): void {
  const known = store.runs.value.get(run.program);
  const isOlder =
    known !== undefined && (known.run === run.run ? known.seq > run.seq : known.startedAt > run.startedAt);
  if (!isOlder) store.runs.value = new Map(store.runs.value).set(run.program, run);
}

/** After a while out of reach: what was under way before and is not among the open ones has ended unseen. */
export function hearOpenRuns(store: Store, open: readonly RunResource[]): void {
  store.runs.value = new Map(open.map((run) => [run.program, run]));
}

/** Nothing on the stream tells that a program was stored or taken away, so it is asked for. */
export async function refreshPrograms(store: Store, { programs }: AsksPrograms): Promise<void> {
  const outcome = await programs();
  if (outcome.ok) store.programs.value = outcome.value;
}
