import type { MotionEntry, VirtualSite } from '../../simulator/index.ts';

/** A move as its commander knows it: from the asking to the end of the command. */
export interface ToldMove {
  readonly drive: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Counts of the drive. */
  readonly target: number;
  readonly isDone: boolean;
}

/** A servo comes to rest this near to where it was told, and swings over by no more. */
const NEAR_COUNTS = 20;

/**
 * Holds what the shafts did, as the simulator's ledger tells it, against what was commanded: every motion begins under a
 * command of its axis, none has two, and it goes to that target and no farther.
 */
export class Witness {
  readonly #site: VirtualSite;
  #told: ToldMove[] = [];
  #seen = 0;
  readonly #under = new Map<string, { readonly move: ToldMove; readonly from: number }>();

  constructor(site: VirtualSite) {
    this.#site = site;
  }

  note(move: ToldMove): void {
    this.#told.push(move);
  }

  /** What was wrong since it was asked last; all moves noted until now have ended. */
  testify(): readonly string[] {
    this.#site.settle();
    const since = this.#seen;
    this.#seen = this.#site.ledger.latest();
    const motions = this.#site.ledger.entries(since).filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    const begun = new Map<ToldMove, number>();
    const wrong = motions.flatMap((motion) => this.#judge(motion, begun) ?? []);
    this.#told = [];
    return wrong;
  }

  #judge(motion: MotionEntry, begun: Map<ToldMove, number>): string | null {
    const { drive, kind, atMs } = motion;
    if (kind === 'start') {
      const move = this.#told.find((told) => told.drive === drive && told.fromMs <= atMs && atMs <= told.toMs);
      if (move === undefined) return `${drive} began to move at ${atMs} ms without a command`;
      begun.set(move, (begun.get(move) ?? 0) + 1);
      this.#under.set(drive, { move, from: motion.from });
      return begun.get(move) === 1 ? null : `${drive} moved twice for one command, at ${atMs} ms`;
    }
    const under = this.#under.get(drive);
    if (under === undefined) return null;
    const { move, from } = under;
    const isBetween =
      motion.to >= Math.min(from, move.target) - NEAR_COUNTS && motion.to <= Math.max(from, move.target) + NEAR_COUNTS;
    if (!isBetween) return `${drive} was at ${motion.to} on its way from ${from} to ${move.target}`;
    const isAtTarget = Math.abs(motion.to - move.target) <= NEAR_COUNTS;
    return kind === 'stop' && move.isDone && !isAtTarget
      ? `${drive} came to rest at ${motion.to}, was told ${move.target} and said done`
      : null;
  }
}
