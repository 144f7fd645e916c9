import type { CommandError } from '../contracts/index.ts';
import { nothingMeasured, pathMember, plannedMs, reportOf, type Measured } from './domain/path/report.ts';
import type { PathAxis, PathPlan } from './domain/path/plan-path.ts';
import { goStopByStop } from './path-stops.ts';
import { streamPath } from './path-stream.ts';
import type { PathRun } from './path-run.ts';
import { watchPath } from './path-watch.ts';
import type { Ending, Run, RunParts } from './group-run.ts';

/** Leads a group along a path, and says of it what was planned and what was measured. */
export async function runPath(plan: PathPlan, run: Run, parts: RunParts): Promise<Ending> {
  const strayed = new AbortController();
  const axes = new Map(plan.axes.map((axis): [string, PathAxis] => [axis.drive, axis]));
  const watch = watchPath(parts.registry, (drive, deviation) => {
    const { pathTolerance = Infinity } = axes.get(drive) ?? {};
    if (deviation > pathTolerance) strayed.abort(strayError(drive, deviation, pathTolerance));
  });
  let measured: Measured = nothingMeasured;
  const report = (change: Partial<Measured>): Partial<Ending> => {
    measured = { ...measured, deviations: watch.farthest, ...change };
    return { path: reportOf(plan, measured) };
  };
  run.update({ ...report({}), members: plan.axes.map((axis) => pathMember(axis, 'arming', plan)) });
  try {
    const passed = (pointsPassed: number): void => run.update(report({ pointsPassed }));
    const going: PathRun = { run, watch, strayed: strayed.signal, passed };
    const ended = await (plan.mode === 'blending' ? streamPath(plan, going, parts) : goStopByStop(plan, going, parts));
    const { finalPositions, arrivedAfterMs, ...ending } = ended;
    const goalDeviations = deviationsAtRest(plan, finalPositions);
    const isDone = ending.status === 'done';
    const last = report({ arrivedAfterMs, goalDeviations, ...(isDone && { pointsPassed: plan.pointsS.length }) });
    return { ...judged(ending, plan, goalDeviations), ...last };
  } finally {
    watch.close();
  }
}

export const pathFigures = (plan: PathPlan): Partial<Ending> => ({
  plannedDurationMs: plannedMs(plan),
  expectedStartSkewMs: Number(plan.expectedStartSkewMs.toFixed(3)),
  path: reportOf(plan, nothingMeasured),
});

const rounded = (value: number): number => Number(value.toPrecision(4));

const strayError = (drive: string, deviation: number, pathTolerance: number): CommandError => ({
  code: 'pathTolerance',
  detail: `${drive} was ${rounded(deviation)} from its plan; its path tolerance is ${rounded(pathTolerance)}.`,
});

function deviationsAtRest(plan: PathPlan, at: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map(
    plan.axes.flatMap((axis: PathAxis) => {
      const position = at.get(axis.drive);
      return position === undefined ? [] : [[axis.drive, Math.abs(position - axis.goal)] as const];
    }),
  );
}

/** All are at rest: what is too far from the last point fails the path, and nothing needs to be stopped for it. */
function judged(ending: Ending, plan: PathPlan, deviations: ReadonlyMap<string, number>): Ending {
  if (ending.status !== 'done') return ending;
  const far = plan.axes.find(
    ({ drive, goalTolerance }) => goalTolerance !== null && (deviations.get(drive) ?? Infinity) > goalTolerance,
  );
  if (far === undefined) return ending;
  const actual = deviations.get(far.drive);
  const detail =
    actual === undefined
      ? `No reading proved where ${far.drive} came to rest.`
      : `${far.drive} rests ${rounded(actual)} from the last point; its goal tolerance is ${far.goalTolerance}.`;
  return { ...ending, status: 'failed', error: { code: 'goalTolerance', detail } };
}
