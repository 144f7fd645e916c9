import type { GroupMove, GroupMovePath, PathPoint, Problem } from '../../../contracts/index.ts';
import { planMove, type Members, type MovePlan } from '../move-plan.ts';
import type { QuantisedAxis } from '../quantise.ts';
import { trapezoidCurve, type Curve } from './curve.ts';

/** A path as moves from point to point, each from rest to rest. */
export interface StopPlan {
  readonly stops: readonly Stop[];
  /** False where a segment needs longer than was asked, and at every stop on the way: it takes time to be proved. */
  readonly isOnTime: boolean;
}

interface Stop {
  readonly move: GroupMove;
  readonly axes: readonly QuantisedAxis[];
  readonly durationS: number;
}

type PlannedStops = { readonly ok: true; readonly plan: StopPlan } | { readonly ok: false; readonly problem: Problem };

interface Asked {
  readonly asked: GroupMovePath;
  readonly points: readonly PathPoint[];
  readonly pointsS: readonly number[];
}

/** Plans every segment before the first is begun: from where the one before it ends, in the time asked or as soon as it can. */
export function planStops({ asked, points, pointsS }: Asked, members: Members): PlannedStops {
  const stops: Stop[] = [];
  let [isOnTime, here] = [points.length === 1, members];
  for (const [index, point] of points.entries()) {
    const targets = Object.fromEntries(asked.drives.map((drive, at) => [drive, point.positions[at] ?? 0]));
    const wantedS = (pointsS[index] ?? 0) - (pointsS[index - 1] ?? 0);
    const stop = planStop({ targets, ...(index === 0 && { startAt: asked.startAt }) }, wantedS, here);
    if (!stop.ok) return stop;
    isOnTime &&= stop.isOnTime;
    stops.push(stop.stop);
    here = restingAt(here, targets);
  }
  return { ok: true, plan: { stops, isOnTime } };
}

type PlannedStop =
  | { readonly ok: true; readonly stop: Stop; readonly isOnTime: boolean }
  | { readonly ok: false; readonly problem: Problem };

function planStop(asked: GroupMove, wantedS: number, members: Members): PlannedStop {
  const inTime = { ...asked, durationMs: Math.max(1, Math.round(wantedS * 1000)) };
  const first = planMove(inTime, members);
  const isTooShort = !first.ok && first.problem.code === 'durationInfeasible';
  const move = isTooShort ? asked : inTime;
  const planned = isTooShort ? planMove(move, members) : first;
  if (!planned.ok) return planned;
  const { axes, durationS } = planned.plan.quantised;
  return { ok: true, stop: { move, axes, durationS }, isOnTime: !isTooShort };
}

/** The members as they will be at a point. */
function restingAt(members: Members, targets: Readonly<Record<string, number>>): Members {
  const entries = [...members.entries].map(([drive, entry]) => {
    const position = targets[drive];
    if (position === undefined || entry.state === null) return [drive, entry] as const;
    return [drive, { ...entry, state: { ...entry.state, position } }] as const;
  });
  return { ...members, entries: new Map(entries) };
}

/** What each member does during one of the moves. */
export function curvesOf({ quantised, members }: MovePlan): ReadonlyMap<string, Curve> {
  return new Map(
    quantised.axes.map((axis) => {
      const target = members.get(axis.drive)?.target ?? 0;
      return [axis.drive, trapezoidCurve(target - axis.distance, axis)];
    }),
  );
}
