import type { Clock, Random } from '../../drivers/base/index.ts';
import type { Drive } from '../../drivers/drive/index.ts';
import type { DriveConfig } from '../../config/index.ts';
import type { CommandReport, DriveEventType } from '../contracts/index.ts';
import type { AxisLimits } from './domain/limits.ts';
import { createMotionEpoch, type MotionEpoch } from './domain/motion-epoch.ts';
import { createScale, type Scale } from './domain/scale.ts';
import type { Permit } from './under-permission.ts';

export interface AxisEvent {
  readonly type: DriveEventType;
  readonly detail: string;
  readonly command?: string | undefined;
  readonly cause?: string | undefined;
}

/** Where an axis tells what happens to it. */
export interface AxisListener {
  /** Something that the state message shows may have changed. */
  changed(): void;
  event(event: AxisEvent): void;
  /** A command has ended or was refused, whatever way it came. */
  reported(report: CommandReport): void;
}

/** What an axis is made of. */
export interface AxisParts {
  readonly config: DriveConfig;
  readonly drive: Drive;
  readonly clock: Clock;
  readonly random: Random;
  /** Drives of a real line with a placeholder profile are refused unless the site accepts it. */
  readonly simulated: boolean;
  /** The site takes only commands with id, ttl, epoch and lease. */
  readonly strict: boolean;
  /** Whether the line obeys the orchestrator that shows this token. */
  readonly isLeading: (fence: string) => boolean;
  readonly lineQuality: () => 'good' | 'refuse-motion' | 'stop';
  /** How often it is read at rest, and in motion now. */
  readonly pollMs: (isMoving: boolean) => number;
  readonly listener: AxisListener;
  /** Absent where no interlock concerns this axis. */
  readonly permit?: Permit;
}

/** The same with what follows from it. */
export interface AxisKit extends AxisParts {
  readonly scale: Scale;
  readonly limits: AxisLimits;
  readonly motionEpoch: MotionEpoch;
  readonly toleranceCounts: number;
  /** The smallest step of its position. */
  readonly stepCounts: number;
  /** An open loop measures none: it cannot be homed, and goes nowhere in particular. */
  readonly hasPosition: boolean;
}

export function kitOf(parts: AxisParts): AxisKit {
  const { axis, profile } = parts.config;
  const scale = createScale(axis, profile);
  return {
    ...parts,
    scale,
    limits: axis,
    motionEpoch: createMotionEpoch(),
    toleranceCounts: scale.lengthToCounts(axis.tolerance),
    stepCounts: scale.lengthToCounts(scale.resolution),
    hasPosition: profile.registers.actualPosition !== undefined,
  };
}

/** Why a drive must never move with this site file; null when it may. */
export function placeholderRefusal({ config, simulated }: AxisParts): string | null {
  if (!config.profile.placeholder || simulated || config.acceptPlaceholder) return null;
  return `profile ${config.profile.id} is a placeholder, not the map of a real drive; set acceptPlaceholder: true for ${config.id} once you have checked it.`;
}
