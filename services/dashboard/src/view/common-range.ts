import type { AxisUnit, DriveDescription } from '../../../contracts/index.ts';

export interface CommonRange {
  readonly range: readonly [number, number];
  readonly unit: AxisUnit;
}

/** The positions that every member can take, or null when they do not share a unit: then one target makes no sense. */
export function commonRange(axes: readonly DriveDescription['axis'][]): CommonRange | null {
  const [first] = axes;
  if (first === undefined || axes.some((axis) => axis.unit !== first.unit)) return null;
  const low = Math.max(...axes.map((axis) => axis.range[0]));
  const high = Math.min(...axes.map((axis) => axis.range[1]));
  return low < high ? { range: [low, high], unit: first.unit } : null;
}
