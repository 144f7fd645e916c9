import { curvesOf } from './domain/path/plan-stops.ts';
import type { StopAndGoPlan } from './domain/path/plan-path.ts';
import { planMove, type MovePlan } from './domain/move-plan.ts';
import { membersOfGroup } from './group-members.ts';
import { runMove } from './group-move.ts';
import { stopMembers } from './group-stop.ts';
import { abortedBy, type Ending, type Run, type RunParts } from './group-run.ts';
import { finalPositionsOf, type PathEnding, type PathRun } from './path-run.ts';

/** From point to point by moves of the group: each is armed, verified and started together, and ends at rest. */
export async function goStopByStop(plan: StopAndGoPlan, going: PathRun, parts: RunParts): Promise<PathEnding> {
  const { run, strayed } = going;
  let last: Ending = { status: 'done', error: null };
  let firstStartMs = Infinity;
  const started = (startedAtMs: ReadonlyMap<string, number>): void => {
    firstStartMs = Math.min(firstStartMs, ...startedAtMs.values());
  };
  for (const [index, { move }] of plan.stops.entries()) {
    const planned = planMove(move, membersOfGroup(run.group, parts));
    if (!planned.ok) return ended({ status: 'failed', error: planned.problem });
    last = await segment(planned.plan, going, { parts, started });
    if (last.status !== 'done') break;
    going.passed(index + 1);
    await seenAtRest(plan, run, parts);
    if (run.signal.aborted || strayed.aborted) break;
  }
  if (run.signal.aborted) return ended({ ...last, ...abortedBy(run) });
  const arrivedAfterMs = Number.isFinite(firstStartMs) ? parts.clock.unixMs() - firstStartMs : null;
  return { ...ended(last), arrivedAfterMs: last.status === 'done' ? arrivedAfterMs : null };
}

interface SegmentParts {
  readonly parts: RunParts;
  readonly started: (startedAtMs: ReadonlyMap<string, number>) => void;
}

/** One move, which leaving the path ends as a fault of a member does. */
async function segment(plan: MovePlan, { run, watch, strayed }: PathRun, shop: SegmentParts): Promise<Ending> {
  const { parts } = shop;
  const started = (startedAtMs: ReadonlyMap<string, number>): void => {
    shop.started(startedAtMs);
    watch.begin(curvesOf(plan), startedAtMs);
  };
  const signal = AbortSignal.any([run.signal, strayed]);
  const ending = await runMove(plan, { ...run, signal, started }, parts);
  if (!strayed.aborted || run.signal.aborted) return ending;
  if (run.group.onMemberFault === 'stop') await stopMembers([...plan.members.keys()], run, parts);
  return { ...ending, status: 'failed', error: strayed.reason as Ending['error'] };
}

const ended = (ending: Ending): PathEnding => ({
  ...ending,
  finalPositions: finalPositionsOf(ending.members ?? []),
  arrivedAfterMs: null,
});

/** What says that a move is done may be quicker than what shows its axis at rest. */
const SEEN_WITHIN_MS = 1000;

async function seenAtRest({ axes }: StopAndGoPlan, { signal }: Run, { registry, clock }: RunParts): Promise<void> {
  const isSeen = (): boolean => axes.every(({ drive }) => registry.axisState(drive) === 'standstill');
  const seen = new AbortController();
  const look = (): void => (isSeen() ? seen.abort(new Error('all are at rest')) : undefined);
  const end = registry.onChange(look);
  look();
  await clock.sleep(SEEN_WITHIN_MS, AbortSignal.any([seen.signal, signal])).catch(() => undefined);
  end();
}
