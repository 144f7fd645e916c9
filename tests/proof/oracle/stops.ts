import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** Another stop under way sends its frames for both. */
const ALONE_MS = 3000;
const PROVED_WITHIN_MS = 20;

/** A stop that was confirmed is at rest, and goes ahead of everything else. */
export function judgeStops(evidence: Evidence): readonly Violation[] {
  return [...confirmedButMoving(evidence), ...stopBehindOthers(evidence), ...enabledWhileTurning(evidence)];
}

function confirmedButMoving(evidence: Evidence): readonly Violation[] {
  return evidence.of('report').flatMap(({ atMs, drive, stop, speed }) => {
    if (stop !== 'confirmed' || evidence.stands(drive, speed)) return [];
    return [
      { rule: '38: confirmed is at rest', atMs, drive, detail: `a stop was confirmed at ${speed.toFixed(0)} counts/s` },
    ];
  });
}

/** A word that puts power on both motors of a unit takes the place of the stop by which either of them slows down. */
function enabledWhileTurning(evidence: Evidence): readonly Violation[] {
  return evidence.frames.enabling.flatMap(({ atMs, drive }) => {
    const last = evidence.motions.findLast((motion) => motion.drive === drive && motion.atMs < atMs);
    if (last === undefined || last.kind === 'stop') return [];
    return [{ rule: 'a stop is not taken away', atMs, drive, detail: 'its unit was enabled while it turned' }];
  });
}

/** 23: from the acceptance of a stop no other frame leaves before it, as long as the drive is known to be there. */
function stopBehindOthers(evidence: Evidence): readonly Violation[] {
  const sent = evidence.of('sent');
  return evidence.of('delivery').flatMap((stop) => {
    const { order, atMs, line, life } = stop;
    if (order.command !== 'stop' || !isKnown(order.drive, atMs, evidence) || isJoined(order.drive, atMs, evidence))
      return [];
    const { unit } = evidence.world.site.drives.get(order.drive)!;
    const ofLine = sent.filter((frame) => frame.line === line && frame.life === life);
    const after = ofLine.filter((frame) => evidence.isBefore(stop, frame));
    // the stop of somebody else is on the wire or being proved by a reading, and serves both
    const before = ofLine.slice(0, ofLine.length - after.length);
    const other = before.findLast((frame) => frame.what === 'stop' && frame.unit === unit);
    if (other !== undefined && (other === before.at(-1) || atMs - other.atMs <= PROVED_WITHIN_MS)) return [];
    const own = after.findIndex((frame) => frame.what === 'stop' && frame.unit === unit);
    const overtaken = own < 0 ? [] : after.slice(0, own).filter(({ what }) => what !== 'stop');
    const isBroken = evidence
      .of('blow')
      .some((blow) => blow.atMs >= atMs && blow.atMs <= (after[own]?.atMs ?? Infinity));
    if (overtaken.length === 0 || isBroken) return [];
    return [
      {
        rule: '23: stop goes first',
        atMs,
        drive: order.drive,
        detail: `${overtaken.length} frames left before the stop`,
      },
    ];
  });
}

function isKnown(drive: string, atMs: number, evidence: Evidence): boolean {
  const { line } = evidence.world.site.drives.get(drive)!;
  const bornMs = evidence.blows('process started', line).findLast((startMs) => startMs <= atMs) ?? 0;
  const last = evidence.of('edge').findLast((edge) => edge.drive === drive && edge.atMs <= atMs && edge.atMs >= bornMs);
  return last !== undefined && last.to !== 'unknown';
}

function isJoined(drive: string, atMs: number, evidence: Evidence): boolean {
  return evidence
    .of('edge')
    .some((edge) => edge.drive === drive && edge.to === 'stopping' && edge.atMs > atMs - ALONE_MS && edge.atMs < atMs);
}
