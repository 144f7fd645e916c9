import type { DriveConfig } from '../../config/index.ts';
import type { Evidence } from './oracle/evidence.ts';

/** What happened to two motors in one unit, as the ledger shows it. */
export function countTwins(evidence: Evidence): void {
  const [first, second] = evidence.drives.filter(({ profile }) => profile.twinAxis !== undefined);
  if (first === undefined || second === undefined) return;
  countOf(first, second, evidence);
  countOf(second, first, evidence);
  countStarts([first.id, second.id], evidence);
}

function countOf({ id }: DriveConfig, { id: neighbour }: DriveConfig, evidence: Evidence): void {
  const { facts } = evidence.world;
  for (const motion of evidence.motions) {
    if (motion.drive !== id || motion.kind !== 'start') continue;
    const isAlone = !moves(neighbour, motion.atMs, evidence);
    facts.count(isAlone ? 'one motor of a unit moved while its neighbour rested' : 'both motors of a unit moved');
  }
  for (const { order, atMs } of evidence.deliveries(id)) {
    if (!moves(neighbour, atMs, evidence) || !moves(id, atMs, evidence)) continue;
    if (order.command === 'stop') facts.count('stop of a motor that ended the motion of its neighbour');
    if (order.command === 'halt') facts.count('halt of a motor while its neighbour moved');
  }
}

function countStarts(drives: readonly string[], evidence: Evidence): void {
  for (const { asked, atMs } of evidence.of('commit')) {
    const isOfBoth = drives.every((drive) => asked.drives.includes(drive));
    const started = drives.filter((drive) =>
      evidence.triggers(drive).some(({ sentAtMs }) => sentAtMs >= atMs && sentAtMs <= atMs + STARTED_WITHIN_MS),
    );
    if (isOfBoth && started.length === drives.length)
      evidence.world.facts.count('start of both motors of a unit by their group');
  }
}

const STARTED_WITHIN_MS = 1000;

function moves(drive: string, atMs: number, evidence: Evidence): boolean {
  const last = evidence.motions.findLast((motion) => motion.drive === drive && motion.atMs < atMs);
  return last !== undefined && last.kind !== 'stop';
}
