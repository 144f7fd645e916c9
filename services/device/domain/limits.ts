import type { AxisUnits } from '../../../drivers/base/index.ts';
import { problem, type Problem } from '../../contracts/index.ts';

export interface AxisLimits {
  readonly unit: string;
  readonly range: readonly [number, number];
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
  /** Axis units; readings say no more exactly where a motion ends. */
  readonly tolerance: number;
}

/** A quantised value may differ from the limit by a rounding error of binary fractions, not by more. */
const ROUNDING_SLACK = 1e-9;

const exceeds = (value: number, limit: number): boolean => value > limit + Math.abs(limit) * ROUNDING_SLACK;

/** How far a position lies outside the range; 0 inside. */
export function violation(position: number, range: readonly [number, number]): number {
  return Math.max(0, range[0] - position, position - range[1]);
}

/** Inside the range, or closer to it on the same side: an axis that is outside may only come back. */
export function checkTarget(target: AxisUnits, from: AxisUnits | null, limits: AxisLimits): Problem | null {
  const beyond = violation(target, limits.range);
  if (beyond === 0) return null;
  const isSameSide = from !== null && from < limits.range[0] === target < limits.range[0];
  if (from !== null && isSameSide && beyond < violation(from, limits.range)) return null;
  const limit = target < limits.range[0] ? limits.range[0] : limits.range[1];
  const where = from === null ? '' : ` from ${from}`;
  return problem(
    'softLimit',
    `A move${where} to ${target} ${limits.unit} would leave the range ${limits.range[0]} to ${limits.range[1]} ${limits.unit}.`,
    { limit, actual: target },
  );
}

/** An axis in motion goes on while it brakes: where it comes to rest must lie inside the range too, or further inwards. */
export function checkStopPoint(
  stopPoint: AxisUnits,
  { from, deceleration }: { readonly from: AxisUnits; readonly deceleration: number },
  limits: AxisLimits,
): Problem | null {
  const beyond = violation(stopPoint, limits.range);
  if (beyond <= limits.tolerance || beyond < violation(from, limits.range)) return null;
  const limit = stopPoint < limits.range[0] ? limits.range[0] : limits.range[1];
  return problem(
    'softLimit',
    `Braking with ${deceleration} ${limits.unit}/s2, the axis would come to rest at ${stopPoint} ${limits.unit}, beyond ${limit} ${limits.unit}.`,
    { limit, actual: stopPoint },
  );
}

export function checkVelocity(velocity: number, limits: AxisLimits): Problem | null {
  const { maxVelocity: limit, unit } = limits;
  if (Math.abs(velocity) > 0 && !exceeds(Math.abs(velocity), limit)) return null;
  return problem(
    'velocity',
    `${velocity} ${unit}/s was asked for; above 0 and at most ${limit} ${unit}/s is possible.`,
    {
      limit,
      actual: velocity,
    },
  );
}

export function checkAcceleration(acceleration: number, limits: AxisLimits): Problem | null {
  const { maxAcceleration: limit, unit } = limits;
  if (acceleration > 0 && !exceeds(acceleration, limit)) return null;
  return problem('acceleration', `${acceleration} ${unit}/s2 was asked for; at most ${limit} ${unit}/s2 is possible.`, {
    limit,
    actual: acceleration,
  });
}
