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

/** What is going on on the line now. */
export interface LineUse {
  /** How many of its drives move, or may be about to. */
  readonly hurried: () => number;
  /**
   * What a transaction takes lately; null when nobody knows. An adapter that gathers bytes for 16 ms and a machine that is
   * busy are in no data sheet.
   */
  readonly transactionMs: () => number | null;
}

/** The rest is for set-points, slow values and what has to be asked again. */
const SHARE_OF_LINE = 0.8;
/** Those at rest leave half of it to those that move, as soon as there are any. */
const LEFT_TO_MOTION = 2;

export function createLinePace(line: LineConfig, drives: readonly DriveConfig[], use: LineUse): LinePace {
  const { atWorstMs, reads } = roundOf(line, drives);
  const roundMs = (): number => Math.max(atWorstMs, reads * (use.transactionMs() ?? 0)) / SHARE_OF_LINE;
  const share = (): number => use.hurried() / drives.length;
  return {
    idleMs: ({ poll }) => Math.max(poll.idleMs, roundMs() * (share() > 0 ? LEFT_TO_MOTION : 1)),
    movingMs: ({ poll }) => Math.max(poll.movingMs, roundMs() * shareOfRound(share())),
  };
}

/** A round of the moving ones alone, in what those at rest leave of the line; in rounds of all drives. */
const shareOfRound = (moving: number): number => moving / (1 - (1 - moving) / LEFT_TO_MOTION);

interface Round {
  /** With the turnaround that each drive may take, on the wire alone. */
  readonly atWorstMs: number;
  readonly reads: number;
}

/** One read of every unit; two axes of one unit are read together. */
function roundOf(line: LineConfig, drives: readonly DriveConfig[]): Round {
  const units = new Map(drives.map((drive) => [drive.unit, drive.profile.narrowed?.of ?? drive.profile]));
  return [...units.values()].reduce<Round>(
    (sum, profile) => {
      const wire = wireCostOn(line, profile);
      const cost = pollCost(profile, 'fast', wire ?? undefined);
      return { atWorstMs: sum.atWorstMs + (wire === null ? 0 : cost.ms), reads: sum.reads + cost.reads.length };
    },
    { atWorstMs: 0, reads: 0 },
  );
}
