import type { Interval } from '../expressions/index.ts';
import type { AxisBounds } from './axis-now.ts';
import type { Zone } from './interlock.ts';

/** An axis that stands in a zone, where it must not be now. */
export interface Inside {
  readonly position: number;
  /** Everywhere that it may be when it begins; more than its position where something is under way already. */
  readonly from: Interval;
  readonly bounds: AxisBounds;
}

/**
 * Whether it goes nothing but out of the zone: by the nearer end, or the only one that its range reaches, and from wherever
 * it is meanwhile never deeper in. What holds for an axis outside its soft limits holds in a zone too.
 */
export function isWayOut(zone: Zone, target: Interval, { position, from, bounds }: Inside): boolean {
  if (position < zone[0] || position > zone[1]) return false;
  const way = directionOut(zone, position, bounds);
  return way > 0 ? target.lo >= from.hi - bounds.tolerance : way < 0 && target.hi <= from.lo + bounds.tolerance;
}

/** 1 is up, -1 is down, 0 where the whole range lies inside. */
function directionOut([low, high]: Zone, position: number, { range, tolerance }: AxisBounds): -1 | 0 | 1 {
  const up = range[1] > high + tolerance ? high - position : Infinity;
  const down = range[0] < low - tolerance ? position - low : Infinity;
  if (up === Infinity && down === Infinity) return 0;
  return up <= down ? 1 : -1;
}
