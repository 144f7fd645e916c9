import { AxisUnits, Counts } from '../../../drivers/base/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';

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

type Register = NonNullable<Profile['registers'][keyof Profile['registers']]>;

const HOLDS: Record<Register['type'], readonly [number, number]> = {
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};

/** Steps and range of a register in canonical units; a drive without that register is taken as i32 in whole counts. */
function gridOf(register: Register | undefined): { step: number; holds: (canonical: number) => boolean } {
  const step = register?.scale ?? 1;
  const [least, most] = HOLDS[register?.type ?? 'i32'];
  return { step, holds: (canonical) => canonical >= least * step && canonical <= most * step };
}

/** 99.9999999 steps are 100: binary fractions must not cost a step. */
const ROUNDING_SLACK = 1e-9;

function down(magnitude: number, step: number): number {
  return Math.max(1, Math.floor((magnitude / step) * (1 + ROUNDING_SLACK))) * step;
}

export function createScale(axis: ScaleConfig, profile: Pick<Profile, 'countsPerRevolution' | 'registers'>): Scale {
  const countsPerUnit = (profile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
  const sign = axis.direction === 'inverted' ? -1 : 1;
  const position = gridOf(profile.registers.targetPosition);
  const velocity = gridOf(profile.registers.profileVelocity);
  const acceleration = gridOf(profile.registers.profileAcceleration);

  return {
    resolution: position.step / countsPerUnit,
    toCounts(units) {
      // `+ 0` turns -0 into 0: the drive knows only one zero
      const counts = Math.round((sign * units * countsPerUnit) / position.step) * position.step + 0;
      return position.holds(counts) ? Counts(counts) : null;
    },
    toAxisUnits: (counts) => AxisUnits((sign * counts) / countsPerUnit + 0),
    velocityToCounts(units) {
      const magnitude = down(Math.abs(units) * countsPerUnit, velocity.step);
      return velocity.holds(magnitude) ? sign * Math.sign(units) * magnitude : null;
    },
    velocityToAxisUnits: (counts) => (sign * counts) / countsPerUnit + 0,
    accelerationToCounts(units) {
      const magnitude = down(units * countsPerUnit, acceleration.step);
      return acceleration.holds(magnitude) ? magnitude : null;
    },
    accelerationToAxisUnits: (counts) => counts / countsPerUnit,
    lengthToCounts: (length) => Math.abs(length) * countsPerUnit,
  };
}
