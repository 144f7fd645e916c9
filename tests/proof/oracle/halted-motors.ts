import type { MotionEntry } from '../../../simulator/index.ts';
import type { Evidence } from './evidence.ts';
import type { Trigger } from './trigger.ts';

/** What may halt a motor, and how long it may take on a bad line. */
const HALTING: ReadonlySet<string> = new Set(['halt', 'disarm']);
const HALTED_WITHIN_MS = 4000;
/** Rounding of a reading, and the servo's overshoot on the way into it. */
const SLACK_COUNTS = 4;

/** A start word, and what it began; null where the shaft did not move. */
interface Started {
  readonly trigger: Trigger;
  readonly motion: MotionEntry | null;
}

/**
 * In position mode a unit with two motors has no word that halts one of them (manual, common registers: 05, 06 and 07 are
 * of both), so a motor is halted by another target: on the way that is left to it, never back, and only where there was
 * something to halt it for.
 */
export function isHalt({ trigger, motion }: Started, evidence: Evidence): boolean {
  const before = evidence.triggers(trigger.drive).findLast(({ seq }) => seq < trigger.seq);
  if (!isAsked(trigger, evidence)) return false;
  if (motion === null || before === undefined) return motion === null;
  const left = before.target - motion.to;
  const along = (trigger.target - motion.to) * Math.sign(left);
  return along >= -SLACK_COUNTS && along <= Math.abs(left) + SLACK_COUNTS;
}

/** By a command, or because whoever had the axis to himself has lost it. */
function isAsked({ drive, life, sentAtMs }: Trigger, evidence: Evidence): boolean {
  const isRecent = (atMs: number): boolean => atMs <= sentAtMs && atMs > sentAtMs - HALTED_WITHIN_MS;
  const isCommanded = evidence
    .deliveries(drive)
    .some(
      ({ order, answer, atMs, ...asked }) =>
        HALTING.has(order.command) && answer !== 'refused' && asked.life === life && isRecent(atMs),
    );
  const hasLost = evidence
    .of('lease')
    .some((lease) => lease.drive === drive && isRecent(lease.token === null ? lease.atMs : lease.untilMs));
  return isCommanded || hasLost;
}
