import { AxisUnits, Counts } from '../../../drivers/base/index.ts';
import { nearestValue, valueBelow, type Profile } from '../../../drivers/profile/index.ts';

/** What the conversion needs to know of an axis; `AxisConfig` has it. */
export interface ScaleConfig {
  readonly travelPerRevolution: number;
  readonly gearRatio: number;
  readonly direction: 'normal' | 'inverted';
}

/**
 * The one place where the axis's frame meets the drive's. Numbers that the drive's registers cannot hold become null,
 * never a wrapped value.
 */
export interface Scale {
  /** Smallest step of position, in axis units. */
  readonly resolution: number;
  /** To the nearest register step. */
  toCounts(position: AxisUnits): Counts | null;
  toAxisUnits(counts: Counts): AxisUnits;
  /** Signed; towards zero, so that a limit is never exceeded, but at least one step. */
  velocityToCounts(velocity: number): number | null;
  velocityToAxisUnits(countsPerSecond: number): number;
  /** Positive; down to a step, at least one. */
  accelerationToCounts(acceleration: number): number | null;
  accelerationToAxisUnits(countsPerSecondSquared: number): number;
  /** A length without direction, for tolerances and noise: counts, not rounded. */
  lengthToCounts(length: number): number;
}

type Held = Parameters<typeof nearestValue>[1];

/** A drive without that register is taken as one that holds whole counts in 32 bits. */
const WHOLE_COUNTS: Held = { type: 'i32', scale: 1 };

export function createScale(axis: ScaleConfig, profile: Pick<Profile, 'countsPerRevolution' | 'registers'>): Scale {
  const countsPerUnit = (profile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
  const sign = axis.direction === 'inverted' ? -1 : 1;
  const position: Held = profile.registers.targetPosition ?? WHOLE_COUNTS;
  const velocity: Held = profile.registers.profileVelocity ?? profile.registers.targetVelocity ?? WHOLE_COUNTS;
  const acceleration: Held = profile.registers.profileAcceleration ?? WHOLE_COUNTS;

  return {
    resolution: position.scale / countsPerUnit,
    toCounts(units) {
      const counts = nearestValue(sign * units * countsPerUnit, position);
      // `+ 0` turns -0 into 0: the drive knows only one zero
      return counts === null ? null : Counts(counts + 0);
    },
    toAxisUnits: (counts) => AxisUnits((sign * counts) / countsPerUnit + 0),
    velocityToCounts(units) {
      const magnitude = valueBelow(Math.abs(units) * countsPerUnit, velocity);
      return magnitude === null ? null : sign * Math.sign(units) * magnitude;
    },
    velocityToAxisUnits: (counts) => (sign * counts) / countsPerUnit + 0,
    accelerationToCounts: (units) => valueBelow(units * countsPerUnit, acceleration),
    accelerationToAxisUnits: (counts) => counts / countsPerUnit,
    lengthToCounts: (length) => Math.abs(length) * countsPerUnit,
  };
}
