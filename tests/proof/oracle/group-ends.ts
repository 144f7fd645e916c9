import type { GroupEnd } from '../facts.ts';
import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** A move of a group that is called done has brought each member to its target, unless somebody has sent it on since. */
export function judgeGroups(evidence: Evidence): readonly Violation[] {
  return evidence
    .of('group-end')
    .filter(({ command, status }) => command === 'move' && status === 'done')
    .flatMap((end) =>
      Object.entries(end.targets).flatMap(([drive, target]): readonly Violation[] => {
        const { axis } = evidence.world.site.drives.get(drive)!;
        const scale = evidence.scale(drive);
        const away = Math.abs((end.shafts[drive] ?? Number.NaN) / scale - target);
        if (away <= axis.tolerance * 1.01 || isSentOn(drive, end, evidence)) return [];
        const detail = `the group was called done ${away.toFixed(3)} ${axis.unit} from the target of this member`;
        return [{ rule: '12: done is there and at rest', atMs: end.atMs, drive, detail }];
      }),
    );
}

/**
 * Switched off after it had arrived, or told by another command than that of this move, which was started once: nothing of
 * a group follows its start.
 */
function isSentOn(drive: string, { atMs, targets }: GroupEnd, evidence: Evidence): boolean {
  const target = (targets[drive] ?? Number.NaN) * evidence.scale(drive);
  const started = evidence
    .triggers(drive)
    .findLast(
      ({ kind, ...trigger }) => kind !== 'homing' && trigger.atMs <= atMs && Math.abs(trigger.target - target) <= 1,
    );
  if (started === undefined) return false;
  // an orchestrator that stood still says late what was true before; since it was switched off the drive counts from nothing
  const arrivedMs = evidence
    .of('report')
    .find((report) => report.drive === drive && report.status === 'done' && report.atMs > started.atMs)?.atMs;
  if (evidence.blows('rebooted', drive).some((blowMs) => blowMs >= (arrivedMs ?? Infinity) && blowMs <= atMs))
    return true;
  // a move that had waited behind that of the group
  if (evidence.triggers(drive).some(({ seq, atMs: sentMs }) => seq > started.seq && sentMs <= atMs)) return true;
  return evidence
    .deliveries(drive)
    .some((delivery) => delivery.atMs > started.atMs && delivery.atMs <= atMs && delivery.answer !== 'refused');
}
