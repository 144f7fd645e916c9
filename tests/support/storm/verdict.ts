import type { Motion } from './motion-story.ts';
import type { Order, OrderBook } from './order-book.ts';

export type Breach =
  | 'motion without a command'
  | 'second motion of one command'
  | 'motion after the deadline'
  | 'motion on the wrong drive'
  | 'motion of a refused command'
  | 'done without its motion'
  | 'done elsewhere';

export interface Finding {
  readonly breach: Breach;
  readonly drive: string;
  readonly atMs: number;
  readonly detail: string;
  readonly order: Order | null;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Set-points that drives took and that moved them. */
  readonly setPoints: number;
  readonly starts: number;
  /** How much later than its deadline the latest set-point came; negative when all came before. */
  readonly latestMs: number;
}

interface Clocks {
  /** What to add to the ledger's instants for milliseconds since 1970. */
  readonly ledgerToUnixMs: number;
  /** How far two processes of one machine may disagree about an instant, and a frame be heard after it was sent. */
  readonly allowanceMs: number;
}

/** Hundredths of a millimetre: where an axis that has arrived may rest. */
const ARRIVED_WITHIN_COUNTS = 2000;

/** Holds what the drives did against what was commanded. */
export function judge(motions: readonly Motion[], book: OrderBook, clocks: Clocks): Verdict {
  const findings: Finding[] = [];
  const movedBy = new Map<Order, Motion>();
  let latestMs = -Infinity;
  let setPoints = 0;
  for (const motion of motions) {
    if (motion.kind === 'stop' || motion.reason.kind === 'brake') continue;
    const found = (breach: Breach, detail: string, order: Order | null = null): void =>
      void findings.push({ breach, drive: motion.drive, atMs: motion.atMs, detail, order });
    if (motion.reason.kind === 'unexplained') {
      found('motion without a command', motion.reason.detail);
      continue;
    }
    setPoints += 1;
    const order = book.withTarget(motion.reason.targetCounts);
    if (order === undefined) {
      found('motion without a command', `to ${motion.reason.targetCounts} counts, where nobody was sent`);
      continue;
    }
    const lateMs = motion.atMs + clocks.ledgerToUnixMs - order.deadlineUnixMs;
    latestMs = Math.max(latestMs, lateMs);
    if (order.drive !== motion.drive) found('motion on the wrong drive', `meant for ${order.drive}`, order);
    if (movedBy.has(order)) found('second motion of one command', `first at ${movedBy.get(order)?.atMs}`, order);
    if (lateMs > clocks.allowanceMs) found('motion after the deadline', `${lateMs.toFixed(1)} ms after it`, order);
    if (isRefused(order)) found('motion of a refused command', JSON.stringify(order.answers), order);
    movedBy.set(order, motion);
  }
  for (const order of book.orders()) {
    const finding = order.outcome === 'done' ? checkDone(order, motions, movedBy.get(order)) : null;
    if (finding !== null) findings.push(finding);
  }
  return { findings, setPoints, starts: motions.filter(({ kind }) => kind === 'start').length, latestMs };
}

/** Every sending was answered with a definite no. */
const isRefused = ({ answers }: Order): boolean =>
  answers.length > 0 && answers.every((answer) => answer.kind === 'refused');

function checkDone(order: Order, motions: readonly Motion[], began: Motion | undefined): Finding | null {
  const { drive } = order;
  if (began === undefined) return { breach: 'done without its motion', drive, atMs: 0, detail: '', order };
  // the last counts of a servo's way into its place may become the beginning of the next way
  const next = motions.find((motion) => motion.drive === drive && motion.atMs > began.atMs);
  const missedBy = next === undefined ? Infinity : Math.abs(next.positionCounts - order.targetCounts);
  if (missedBy <= ARRIVED_WITHIN_COUNTS) return null;
  return { breach: 'done elsewhere', drive, atMs: began.atMs, detail: `missed by ${missedBy} counts`, order };
}
