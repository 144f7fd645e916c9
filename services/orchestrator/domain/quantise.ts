import type { PlannedAxis, SyncPlan } from './synchronise.ts';
import { durationS, velocityFor } from './trapezoid.ts';

/** What a drive can be told: registers are whole counts, counts/s and counts/s2, and a count is `resolution` axis units. */
export interface AxisSteps {
  readonly resolution: number;
  /** Axis units per second; the re-solved velocity stays at or below it. */
  readonly maxVelocity: number;
}

export interface QuantisedAxis extends PlannedAxis {
  readonly durationS: number;
  /** So few steps of velocity that the ends cannot be made to meet: the axis moves less than 20 counts a second. */
  readonly coarse: boolean;
}

export interface QuantisedPlan {
  readonly axes: readonly QuantisedAxis[];
  readonly durationS: number;
  /** Last end minus first end of the axes that move. */
  readonly expectedSkewMs: number;
  readonly expectedStartSkewMs: number;
}

/** Below this many velocity steps one step changes the duration by more than 5 % (motion reference 5.7). */
const COARSE_STEPS = 20;

/** 0.3 / 0.1 is 2.9999999999999996: a value that is a whole number of steps but for rounding keeps its step. */
const ROUNDING = 1e-9;
const stepsBelow = (value: number, step: number): number => Math.max(1, Math.floor(value / step + ROUNDING));

/** The grids divide 1 where they are decimal: 1234 * 0.001 prints as 1.234 and means the same register. */
const toGrid = (steps: number, step: number): number => Number((steps * step).toPrecision(12));

/** Down, so that no limit is passed; never to 0, which a drive takes for "no ramp" or "do not move". */
const roundedDown = (axis: PlannedAxis, step: number): PlannedAxis => ({
  ...axis,
  velocity: toGrid(stepsBelow(axis.velocity, step), step),
  acceleration: toGrid(stepsBelow(axis.acceleration, step), step),
  deceleration: toGrid(stepsBelow(axis.deceleration, step), step),
});

/** Of the two velocities around the exact one, that whose move ends nearest to `wantedS`. */
function nearestEnd(axis: PlannedAxis, steps: AxisSteps, wantedS: number): PlannedAxis {
  const below = stepsBelow(velocityFor(axis, wantedS), steps.resolution);
  const candidates = [below, below + 1]
    .filter((count, index) => index === 0 || count * steps.resolution <= steps.maxVelocity)
    .map((count) => ({ ...axis, velocity: toGrid(count, steps.resolution) }));
  const miss = (candidate: PlannedAxis): number => Math.abs(durationS(candidate) - wantedS);
  return candidates.reduce((best, candidate) => (miss(candidate) < miss(best) ? candidate : best));
}

const measured = (axis: PlannedAxis, { resolution }: AxisSteps): QuantisedAxis => ({
  ...axis,
  durationS: durationS(axis),
  coarse: axis.distance !== 0 && axis.velocity < COARSE_STEPS * resolution,
});

interface Together {
  readonly stepsOf: (drive: string) => AxisSteps;
  /** False leaves every axis at its own end (`sync: none`). */
  readonly together: boolean;
  /** How long after the first each drive starts, in seconds: 0 for all where one frame starts them. */
  readonly startsAtS: (drive: string) => number;
}

/**
 * Rounds a plan to what the registers hold: every value down, then every axis but the last to end is given the velocity
 * whose move ends nearest to that end (motion reference 5.7). A drive that starts later is given so much less time.
 */
export function quantise(plan: SyncPlan, { stepsOf, together, startsAtS }: Together): QuantisedPlan {
  const rounded = plan.axes.map((axis) => roundedDown(axis, stepsOf(axis.drive).resolution));
  const endS = (axis: PlannedAxis): number => (axis.distance === 0 ? 0 : startsAtS(axis.drive) + durationS(axis));
  const latestS = Math.max(0, ...rounded.map(endS));
  const axes = rounded.map((axis) => {
    const keeps = !together || axis.distance === 0 || endS(axis) === latestS;
    const wantedS = latestS - startsAtS(axis.drive);
    return measured(keeps ? axis : nearestEnd(axis, stepsOf(axis.drive), wantedS), stepsOf(axis.drive));
  });
  const moving = axes.filter(({ distance }) => distance !== 0);
  const ends = moving.map(endS);
  const starts = moving.map(({ drive }) => startsAtS(drive));
  return {
    axes,
    durationS: Math.max(0, ...ends),
    expectedSkewMs: spread(ends) * 1000,
    expectedStartSkewMs: spread(starts) * 1000,
  };
}

const spread = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
