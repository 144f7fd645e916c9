import type { GroupMember } from '../contracts/index.ts';
import type { MovePlan } from './domain/move-plan.ts';
import type { QuantisedAxis } from './domain/quantise.ts';
import { hasEnded, type Followed, type Follower } from './follower.ts';
import { plainMember, type Run } from './group-run.ts';

/** A group move on its way. */
export interface Move {
  readonly plan: MovePlan;
  /** Members that have a way to go. */
  readonly axes: readonly QuantisedAxis[];
  readonly drives: readonly string[];
  /** Number that arm and trigger share; another one for each move, so that an old arm hears no new trigger. */
  readonly number: number;
  readonly run: Run;
  readonly follower: Follower;
}

/** What the resource says of each member. */
export function membersOf(move: Move, progress: ReadonlyMap<string, Followed>, status: string): GroupMember[] {
  return move.plan.quantised.axes.map((axis) => {
    const { drive, velocity, acceleration, deceleration, durationS } = axis;
    if (axis.distance === 0) return standingMember(axis, move);
    const followed = progress.get(drive);
    const error = followed?.error ?? null;
    return {
      drive,
      status: followed !== undefined && hasEnded(followed) ? followed.status : status,
      velocity,
      acceleration,
      deceleration,
      plannedDurationMs: Math.round(durationS * 1000),
      finalPosition: followed?.finalPosition ?? null,
      error: error === null ? null : { code: error.code, detail: error.detail },
    };
  });
}

/** A member that has no way to go is there already. */
const standingMember = ({ drive }: QuantisedAxis, { plan }: Move): GroupMember => ({
  ...plainMember(drive, 'done'),
  plannedDurationMs: 0,
  finalPosition: plan.members.get(drive)?.target ?? null,
});
