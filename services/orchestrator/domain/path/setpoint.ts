import { endS, farthestFrom, motionAt, type Curve } from './curve.ts';
import type { AxisLimits } from './course.ts';

/** What a drive is told next: always where to go, so that it ends there by itself when nothing follows. */
export interface Setpoint {
  readonly target: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

export interface Course {
  readonly curve: Curve;
  readonly limits: AxisLimits;
  /** Smallest step the drive can be told. */
  readonly resolution: number;
}

/** The stretch of time for which a set-point is meant; it carries the drive on for another one, then it brakes. */
export interface Interval {
  readonly atS: number;
  readonly forS: number;
}

/** What is known of the drive at the beginning of the interval. */
export interface Doing {
  /** As it was told last, signed. */
  readonly velocity: number;
  readonly target: number;
  /** From the plan, as it was last read; 0 where nothing new is known. */
  readonly deviation: number;
}

/** So much of a deviation is made good in one interval: readings come as late as set-points, and all of it would swing. */
const SHARE_OF_DEVIATION = 0.5;
/** Holding on to the plan may take so much of the greatest velocity. */
const SHARE_OF_VELOCITY = 0.2;
/** A drive speeds up during this share of the interval: the whole of it would make its velocity swing. */
const SHARE_OF_RAMP = 0.5;

/**
 * Moves the target of a running drive on: with the velocity that brings it, at the end of the interval, to where the
 * plan is then. It never lies beyond the next place at which the plan itself rests or turns round, so none is outside
 * of what the path visits. Null where the drive has nothing new to be told.
 */
export function nextSetpoint(course: Course, interval: Interval, doing: Doing): Setpoint | null {
  const { curve, limits, resolution } = course;
  const { atS, forS } = interval;
  const here = motionAt(curve, atS).position;
  const there = motionAt(curve, atS + forS).position;
  if (Math.abs(there - here) < resolution / 2) return restAt(course, { target: there, forS }, doing);
  const way = Math.sign(there - here);
  const share = atS + forS >= endS(curve) ? 1 : SHARE_OF_DEVIATION;
  const most = SHARE_OF_VELOCITY * limits.maxVelocity;
  const correction = Math.max(-most, Math.min(most, (share * doing.deviation) / forS));
  const mean = Math.max(0, way * ((there - here) / forS - correction));
  const { velocity, acceleration } = speedFor({ mean, from: Math.max(0, way * doing.velocity), forS }, limits);
  return told({ target: targetOf(course, { ...interval, way, velocity }), velocity, acceleration }, course);
}

/** While the plan stands, a drive is told anew only where it was told to go elsewhere, or comes too slowly. */
function restAt(
  course: Course,
  { target, forS }: { readonly target: number; readonly forS: number },
  { velocity, target: before, deviation }: Doing,
): Setpoint | null {
  const { limits, resolution } = course;
  const lag = Math.abs(target - before) + Math.abs(deviation);
  const isThere = Math.abs(target - before) < resolution / 2 && Math.abs(deviation) <= Math.abs(velocity) * forS;
  if (isThere || lag < resolution / 2) return null;
  const needed = Math.max(Math.abs(velocity), lag / forS);
  return told({ target, velocity: Math.min(limits.maxVelocity, needed), acceleration: limits.maxAcceleration }, course);
}

/** The first target, armed before anything moves: up along the plan's own ramp, from rest. */
export function firstSetpoint(course: Course, forS: number): Setpoint | null {
  const { curve, limits, resolution } = course;
  const from = motionAt(curve, 0).position;
  const distance = motionAt(curve, forS).position - from;
  if (Math.abs(distance) < resolution / 2) return null;
  const wanted = (2 * Math.abs(distance)) / forS ** 2;
  const acceleration = Math.min(limits.maxAcceleration, wanted);
  const velocity = Math.min(limits.maxVelocity, acceleration * forS);
  const target = targetOf(course, { atS: 0, forS, way: Math.sign(distance), velocity });
  return told({ target, velocity, acceleration }, course);
}

interface Wanted {
  /** On average over the interval, in the direction of the way. */
  readonly mean: number;
  readonly from: number;
  readonly forS: number;
}

/** The velocity to go over to, and how steeply, so that the mean over the interval comes out. */
function speedFor(
  { mean, from, forS }: Wanted,
  { maxVelocity, maxAcceleration }: AxisLimits,
): Pick<Setpoint, 'velocity' | 'acceleration'> {
  const change = mean - from;
  const gentle = (change * 2) / (2 - SHARE_OF_RAMP);
  const acceleration = gentle / (SHARE_OF_RAMP * forS);
  if (change > 0 && acceleration <= maxAcceleration) {
    return { velocity: Math.min(maxVelocity, from + gentle), acceleration };
  }
  // x^2 / 2A - x T + change T = 0: as steep as may be, and all of the interval where even that is not enough
  const underRoot = forS ** 2 - (2 * Math.abs(change) * forS) / maxAcceleration;
  const steep = maxAcceleration * (forS - Math.sqrt(Math.max(0, underRoot)));
  const velocity = from + Math.sign(change) * steep;
  return { velocity: Math.max(0, Math.min(maxVelocity, velocity)), acceleration: maxAcceleration };
}

/** So far ahead that the drive does not begin to brake before the interval after this one is over. */
function targetOf(
  { curve, limits }: Course,
  { atS, forS, way, velocity }: Interval & { readonly way: number; readonly velocity: number },
): number {
  const there = motionAt(curve, atS + forS).position;
  const ahead = velocity * forS + velocity ** 2 / (2 * limits.maxAcceleration);
  const farthest = Math.max(...[atS, atS + forS].map((s) => way * farthestFrom(curve, s, way)), way * there);
  return way * Math.min(farthest, way * there + ahead);
}

/** Rounded down to the steps of the drive, so that no limit is passed; never to 0, which a drive takes for none. */
function told(wanted: Omit<Setpoint, 'deceleration'>, { limits, resolution }: Course): Setpoint {
  const down = (value: number): number =>
    Number((Math.max(1, Math.floor(value / resolution)) * resolution).toPrecision(12));
  return {
    target: wanted.target,
    velocity: down(wanted.velocity),
    acceleration: down(wanted.acceleration),
    deceleration: down(limits.maxAcceleration),
  };
}
