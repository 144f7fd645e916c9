import type { Report } from '../facts.ts';
import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

const ENDED: ReadonlySet<string> = new Set(['done', 'aborted', 'failed']);
const SETTLED_MS = 3000;
const SLOW_BOOT_MS = 1000;
const ASKED_AGAIN_WITHIN_MS = 5000;
/** A reading is no older when it comes: the longest that a good answer takes. */
const ANSWERED_WITHIN_MS = 115;

/** What was said of commands is true: done is there, each ends once, and none stays open. */
export function judgeOutcomes(evidence: Evidence): readonly Violation[] {
  return [...doneButElsewhere(evidence), ...endedTwice(evidence), ...neverEnded(evidence)];
}

function doneButElsewhere(evidence: Evidence): readonly Violation[] {
  return evidence.of('report').flatMap((report) => {
    const { atMs, drive, command, status, shaft, speed } = report;
    const { axis } = evidence.world.site.drives.get(drive)!;
    const scale = Math.abs(evidence.scale(drive));
    const target = status === 'done' ? targetOf(report, evidence) : null;
    if (target === null) return [];
    const away = Math.abs(shaft - target) / scale;
    const isThere = away <= axis.tolerance * 1.01 && evidence.stands(drive, speed);
    if (isThere || restedUntilSwitchedOff(report, target, evidence)) return [];
    const detail = `${command} was called done ${away.toFixed(3)} ${axis.unit} from its target, at ${speed.toFixed(0)} counts/s`;
    return [{ rule: '12: done is there and at rest', atMs, drive, detail }];
  });
}

/** A drive that was switched off while its reading travelled counts from nothing since; what it had said was true. */
function restedUntilSwitchedOff({ atMs, drive }: Report, target: number, evidence: Evidence): boolean {
  const { axis } = evidence.world.site.drives.get(drive)!;
  return evidence.blows('rebooted', drive).some((blowMs) => {
    if (blowMs > atMs || blowMs < atMs - ANSWERED_WITHIN_MS) return false;
    const last = evidence.motions.findLast((motion) => motion.drive === drive && motion.atMs <= blowMs);
    const away = Math.abs((last?.to ?? Infinity) - target) / Math.abs(evidence.scale(drive));
    return last?.kind === 'stop' && away <= axis.tolerance * 1.01;
  });
}

/** Of an absolute move what was asked; of any other where the drive was last sent. */
function targetOf({ id, drive, command, atMs }: Report, evidence: Evidence): number | null {
  if (command === 'move-absolute') {
    const order = evidence.deliveries(drive).find((delivery) => delivery.order.body['id'] === id)?.order;
    const position = order?.body['position'];
    return id !== null && typeof position === 'number' ? position * evidence.scale(drive) : null;
  }
  if (command !== 'move-relative' && command !== 'move-velocity' && command !== 'jog') return null;
  return evidence.triggers(drive).findLast((trigger) => trigger.atMs <= atMs)?.target ?? null;
}

/**
 * Services keep nothing on disk, and the epoch makes that safe: who names none may be taken once more by the next life of
 * a killed process, which ends it for itself. Who names one has one end, whatever is killed.
 */
function endedTwice(evidence: Evidence): readonly Violation[] {
  const withEpoch = new Set(
    evidence.of('delivery').flatMap(({ order: { body } }) => (body['epoch'] === undefined ? [] : [body['id']])),
  );
  const seen = new Set<string>();
  return evidence.of('report').flatMap(({ id, status, atMs, drive, command }) => {
    if (id === null || !ENDED.has(status)) return [];
    const { line } = evidence.world.site.drives.get(drive)!;
    const end = withEpoch.has(id) ? id : `${id} since ${evidence.bornMs(line, atMs)}`;
    const isAgain = seen.has(end);
    seen.add(end);
    return isAgain && command !== 'stop'
      ? [{ rule: '9: one end', atMs, drive, detail: `${command} ${id} ended twice` }]
      : [];
  });
}

/** 14: in a process that lives on every command has ended once its axis has rested for a while. */
function neverEnded(evidence: Evidence): readonly Violation[] {
  return evidence.of('delivery').flatMap(({ order, line, life, answer, atMs }) => {
    const id = order.body['id'];
    const isSameLife = life === evidence.world.processes.get(line)!.lifeNumber;
    const isOver =
      atMs < evidence.endMs - SETTLED_MS &&
      Math.max(restsSince(order.drive, evidence), awaitedUntil(order.drive, evidence)) < evidence.endMs - SETTLED_MS;
    if (typeof id !== 'string' || answer !== 'accepted' || !isSameLife || !isOver) return [];
    // renewals of a jog share the end of the first
    if (order.command === 'jog' || evidence.ending(id) !== undefined) return [];
    return [{ rule: '14: every command ends', atMs, drive: order.drive, detail: `${order.command} ${id} has no end` }];
  });
}

function restsSince(drive: string, evidence: Evidence): number {
  const last = evidence.motions.findLast((motion) => motion.drive === drive);
  return last === undefined ? 0 : last.kind === 'stop' ? last.atMs : Infinity;
}

/** A unit that boots for longer than three questions go unanswered is asked again seconds later only. */
function awaitedUntil(drive: string, evidence: Evidence): number {
  const { bootMs } = evidence.world.site.drives.get(drive)!.profile.timing;
  const offMs = evidence.blows('rebooted', drive).at(-1);
  return offMs === undefined || bootMs < SLOW_BOOT_MS ? 0 : offMs + bootMs + ASKED_AGAIN_WITHIN_MS;
}
