import type { PathPoint } from '../../../contracts/index.ts';
import { extremesOf, hermite, type Curve, type Motion } from './curve.ts';

/** What one axis is at most asked. Axis units, seconds. */
export interface AxisLimits {
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
}

/** Where an axis begins, and what it may do. */
export interface Beginning extends AxisLimits {
  readonly position: number;
}

export interface Course {
  /** When each point is passed; the beginning, at 0, is not one of them. */
  readonly pointsS: readonly number[];
  /** A curve for each axis, one stretch for each point. */
  readonly curves: readonly Curve[];
}

/** What would be passed sooner than that is the same place. */
const SHORTEST_S = 0.001;
/** Where nobody gave times the drives keep so much of their acceleration for holding on to the plan. */
const SHARE_OF_ACCELERATION = 0.8;

/**
 * The course of every axis from rest through the points to rest. Through points without velocities it goes as fast as
 * the points around allow without any axis going beyond one of them (Fritsch and Carlson's monotone cubic), so that no
 * position lies outside of those that were given. Null where a path without times has no way to go.
 */
export function courseThrough(
  axes: readonly Beginning[],
  points: readonly PathPoint[],
  velocityScale: number,
): Course | null {
  const given = points.map(({ timeFromStartMs }) => (timeFromStartMs ?? Number.NaN) / 1000);
  if (given.every((timeS) => !Number.isNaN(timeS))) return through(axes, points, given);
  const limits = axes.map((axis) => ({
    ...axis,
    maxVelocity: axis.maxVelocity * velocityScale,
    maxAcceleration: axis.maxAcceleration * SHARE_OF_ACCELERATION,
  }));
  const firstS = cumulated(points.map((_, index) => segmentS(limits, points, index)));
  if (firstS.some((timeS, index) => timeS < (firstS[index - 1] ?? 0) + SHORTEST_S)) return null;
  const first = through(limits, points, firstS);
  // velocities that were given keep their times; otherwise the same shape is stretched until the limits hold
  if (points[0]?.velocities !== undefined) return first;
  const stretch = excessOf(first, limits);
  return through(
    limits,
    points,
    firstS.map((timeS) => timeS * stretch),
  );
}

/** How long one segment takes by the velocities at its ends, or as fast as the limits allow where there are none. */
function segmentS(axes: readonly Beginning[], points: readonly PathPoint[], index: number): number {
  const place = (point: number, at: number): number => points[point]?.positions[at] ?? axes[at]?.position ?? 0;
  const speed = (point: number, at: number): number => Math.abs(points[point]?.velocities?.[at] ?? 0);
  const times = axes.map((axis, at) =>
    oneAxisS(axis, {
      way: Math.abs(place(index, at) - place(index - 1, at)),
      ends: speed(index - 1, at) + speed(index, at),
    }),
  );
  return Math.max(...times);
}

/** @param ends the velocities at both ends, added up */
function oneAxisS(
  { maxVelocity, maxAcceleration }: AxisLimits,
  { way, ends }: { readonly way: number; readonly ends: number },
): number {
  if (way === 0) return 0;
  if (ends > 0) return (2 * way) / ends;
  // a cubic from rest to rest is half as fast again at its middle as on average
  return Math.max((1.5 * way) / maxVelocity, Math.sqrt((6 * way) / maxAcceleration));
}

function cumulated(durations: readonly number[]): readonly number[] {
  let sum = 0;
  return durations.map((duration) => (sum += duration));
}

/** By how much the course must last longer so that no limit is passed: velocities fall with it, accelerations with its square. */
function excessOf({ curves }: Course, limits: readonly AxisLimits[]): number {
  const factors = curves.flatMap((curve, at) => {
    const { maxVelocity = Infinity, maxAcceleration = Infinity } = limits[at] ?? {};
    return curve.map((stretch) => {
      const { velocity, acceleration } = extremesOf(stretch);
      return Math.max(velocity / maxVelocity, Math.sqrt(acceleration / maxAcceleration));
    });
  });
  return Math.max(...factors);
}

function through(axes: readonly Beginning[], points: readonly PathPoint[], pointsS: readonly number[]): Course {
  const curves = axes.map((axis, at) => {
    const positions = [axis.position, ...points.map((point) => point.positions[at] ?? axis.position)];
    const timesS = [0, ...pointsS];
    const given = points.map(({ velocities }) => velocities?.[at]);
    const velocities = positions.map((_, index) => given[index - 1] ?? monotoneVelocity(positions, timesS, index));
    const motion = (index: number): Motion => ({ position: positions[index] ?? 0, velocity: velocities[index] ?? 0 });
    return points.map((_, index) => {
      const fromS = timesS[index] ?? 0;
      return hermite(motion(index), motion(index + 1), { fromS, durationS: (timesS[index + 1] ?? 0) - fromS });
    });
  });
  return { pointsS, curves };
}

/** The weighted harmonic mean of the speeds around; 0 where the axis turns round, and at both ends. */
function monotoneVelocity(positions: readonly number[], timesS: readonly number[], index: number): number {
  const stepS = (at: number): number => (timesS[at + 1] ?? Number.NaN) - (timesS[at] ?? Number.NaN);
  const speed = (at: number): number => ((positions[at + 1] ?? Number.NaN) - (positions[at] ?? Number.NaN)) / stepS(at);
  const [before, after] = [speed(index - 1), speed(index)];
  if (!(before * after > 0)) return 0;
  const [ahead, behind] = [2 * stepS(index) + stepS(index - 1), stepS(index) + 2 * stepS(index - 1)];
  return (ahead + behind) / (ahead / before + behind / after);
}
