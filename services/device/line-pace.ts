import type { DriveConfig, LineConfig } from '../../config/index.ts';
import { pollCost } from '../../drivers/profile/index.ts';
import { wireCostOn } from './wire-cost.ts';

/**
 * How often each drive of a line is read: as its site file asks, and no oftener than the line can carry it. A line that is
 * asked for more carries nothing else in time, and readings that are always a little too old make every axis unknown and
 * known again with each of them.
 */
export interface LinePace {
  readonly idleMs: (drive: DriveConfig) => number;
  readonly movingMs: (drive: DriveConfig) => number;
}

/** The rest is for set-points, slow values and what has to be asked again. */
const SHARE_OF_LINE = 0.8;

/** @param moving how many of the drives move now */
export function createLinePace(line: LineConfig, drives: readonly DriveConfig[], moving: () => number): LinePace {
  const roundMs = roundOf(line, drives) / SHARE_OF_LINE;
  return {
    idleMs: ({ poll }) => Math.max(poll.idleMs, roundMs),
    movingMs: ({ poll }) => Math.max(poll.movingMs, (roundMs * moving()) / drives.length),
  };
}

/** One read of every unit, at worst; two axes of one unit are read together. */
function roundOf(line: LineConfig, drives: readonly DriveConfig[]): number {
  const units = new Map(drives.map((drive) => [drive.unit, drive.profile.narrowed?.of ?? drive.profile]));
  return [...units.values()].reduce((sum, profile) => {
    const wire = wireCostOn(line, profile);
    return sum + (wire === null ? 0 : pollCost(profile, 'fast', wire).ms);
  }, 0);
}
