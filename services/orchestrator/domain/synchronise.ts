import { durationS, type Trapezoid } from './trapezoid.ts';

/** What one axis is asked, and what it may do at most; axis units, seconds. */
export interface AxisDemand {
  readonly drive: string;
  readonly distance: number;
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
  readonly maxDeceleration: number;
}

export interface PlannedAxis extends Trapezoid {
  readonly drive: string;
}

export interface SyncPlan {
  /** In the order of the demands. An axis that has no way to go keeps its limits and takes no time. */
  readonly axes: readonly PlannedAxis[];
  readonly durationS: number;
}

export type Sync = 'phase' | 'time' | 'none';

const atLimits = (demand: AxisDemand): PlannedAxis => ({
  drive: demand.drive,
  distance: demand.distance,
  velocity: demand.maxVelocity,
  acceleration: demand.maxAcceleration,
  deceleration: demand.maxDeceleration,
});

const longestS = (axes: readonly PlannedAxis[]): number => Math.max(0, ...axes.map(durationS));

/** Slower by `factor` (0 to 1): the same shape, stretched in time. */
const stretched = (axis: PlannedAxis, factor: number): PlannedAxis => ({
  ...axis,
  velocity: axis.velocity * factor,
  acceleration: axis.acceleration * factor ** 2,
  deceleration: axis.deceleration * factor ** 2,
});

/**
 * All axes share the lengths of their three phases, so the path is straight (motion reference 5.4; PLCopen
 * MC_MoveDirectAbsolute). One path from 0 to 1 is planned with the tightest of the limits, and each axis is that path times its distance.
 */
function phase(demands: readonly AxisDemand[]): readonly PlannedAxis[] {
  const moving = demands.filter(({ distance }) => distance !== 0);
  const tightest = (limit: (demand: AxisDemand) => number): number =>
    Math.min(...moving.map((demand) => limit(demand) / Math.abs(demand.distance)));
  const acceleration = tightest(({ maxAcceleration }) => maxAcceleration);
  const deceleration = tightest(({ maxDeceleration }) => maxDeceleration);
  const turning = Math.sqrt((2 * acceleration * deceleration) / (acceleration + deceleration));
  const velocity = Math.min(
    tightest(({ maxVelocity }) => maxVelocity),
    turning,
  );
  return demands.map((demand) => {
    const way = Math.abs(demand.distance);
    if (way === 0) return atLimits(demand);
    return {
      drive: demand.drive,
      distance: demand.distance,
      velocity: way * velocity,
      acceleration: way * acceleration,
      deceleration: way * deceleration,
    };
  });
}

/** All end together, each in its own shape: the shortest possible, but no straight path (5.5). */
function time(demands: readonly AxisDemand[]): readonly PlannedAxis[] {
  const fastest = demands.map(atLimits);
  const slowestS = longestS(fastest);
  return fastest.map((axis) => (axis.distance === 0 ? axis : stretched(axis, durationS(axis) / slowestS)));
}

const SHAPES: Record<Sync, (demands: readonly AxisDemand[]) => readonly PlannedAxis[]> = {
  phase,
  time,
  none: (demands) => demands.map(atLimits),
};

/** Plans several axes in closed form; nothing is iterated, and no limit is exceeded. */
export function synchronise(demands: readonly AxisDemand[], sync: Sync): SyncPlan {
  const axes = SHAPES[sync](demands);
  return { axes, durationS: longestS(axes) };
}

/** The same plan lasting longer; null when it cannot be done in that time. */
export function withDuration(plan: SyncPlan, wantedS: number): SyncPlan | null {
  if (wantedS < plan.durationS) return null;
  const factor = plan.durationS / wantedS;
  return { axes: plan.axes.map((axis) => (axis.distance === 0 ? axis : stretched(axis, factor))), durationS: wantedS };
}
