import type { GroupMember } from '../contracts/index.ts';
import type { Ending, Run } from './group-run.ts';
import type { PathWatch } from './path-watch.ts';

/** A path on its way. */
export interface PathRun {
  readonly run: Run;
  readonly watch: PathWatch;
  /** Aborted, with the error, as soon as a reading leaves the path by more than is allowed. */
  readonly strayed: AbortSignal;
  /** Shows how many points have been passed. */
  passed(points: number): void;
}

/** How a way of going along a path ended. */
export interface PathEnding extends Ending {
  /** Where each drive came to rest; one that was not proved to is missing. */
  readonly finalPositions: ReadonlyMap<string, number>;
  readonly arrivedAfterMs: number | null;
}

export const finalPositionsOf = (members: readonly GroupMember[]): ReadonlyMap<string, number> =>
  new Map(
    members.flatMap(({ drive, finalPosition }) => (finalPosition === null ? [] : [[drive, finalPosition] as const])),
  );
