import type { GroupMember, PathReport } from '../../../contracts/index.ts';
import type { BlendingAxis, PathAxis, PathPlan } from './plan-path.ts';

/** What was measured until now. */
export interface Measured {
  readonly pointsPassed: number;
  readonly arrivedAfterMs: number | null;
  /** By drive; what was not measured yet is missing. */
  readonly deviations: ReadonlyMap<string, number>;
  readonly goalDeviations: ReadonlyMap<string, number>;
}

export const nothingMeasured: Measured = {
  pointsPassed: 0,
  arrivedAfterMs: null,
  deviations: new Map(),
  goalDeviations: new Map(),
};

const rounded = (value: number): number => Number(value.toFixed(4));

export function reportOf(plan: PathPlan, measured: Measured): PathReport {
  return {
    mode: plan.mode,
    reason: plan.reason,
    isOnTime: plan.mode === 'blending' || plan.isOnTime,
    setpointEveryMs: plan.mode === 'blending' ? Math.round((plan.axes[0]?.pace.everyS ?? 0) * 1000) : null,
    pointsPassed: measured.pointsPassed,
    arrivedAfterMs: measured.arrivedAfterMs,
    axes: plan.axes.map((axis: PathAxis | BlendingAxis) => ({
      drive: axis.drive,
      segments: [...axis.segments],
      pathTolerance: rounded(axis.pathTolerance),
      expectedDeviation: 'expectedDeviation' in axis ? rounded(axis.expectedDeviation) : 0,
      measuredDeviation: roundedOrNull(measured.deviations.get(axis.drive)),
      goalDeviation: roundedOrNull(measured.goalDeviations.get(axis.drive)),
    })),
  };
}

const roundedOrNull = (value: number | undefined): number | null => (value === undefined ? null : rounded(value));

/** How long the path lasts by the plan. */
export const plannedMs = ({ pointsS }: PathPlan): number => Math.round((pointsS.at(-1) ?? 0) * 1000);

/** The line of a group resource for a drive on its path. */
export function pathMember({ drive, segments }: PathAxis, status: string, plan: PathPlan): GroupMember {
  const acceleration = Math.max(0, ...segments.map(({ peakAcceleration }) => peakAcceleration));
  return {
    drive,
    status,
    velocity: Math.max(0, ...segments.map(({ peakVelocity }) => peakVelocity)),
    acceleration,
    deceleration: acceleration,
    plannedDurationMs: plannedMs(plan),
    finalPosition: null,
    error: null,
  };
}
