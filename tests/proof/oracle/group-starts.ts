import type { Commit, Delivery } from '../facts.ts';
import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** Numbers of starts are drawn anew for each move: what bears one within this time belongs to it. */
const ONE_START_MS = 10_000;

/** 35: no line is told to start a group before each of its members has said that it is armed for this start. */
export function judgeGroupStarts(evidence: Evidence): readonly Violation[] {
  return evidence.of('commit').flatMap((commit) => {
    const armed = armedFor(commit, evidence);
    return membersOf(commit, evidence)
      .filter((drive) => !armed.has(drive))
      .map((drive) => ({
        rule: '35: all are armed, or none is started',
        atMs: commit.atMs,
        drive,
        detail: `${commit.line} was told to start group ${commit.asked.group}, for which this member was not armed`,
      }));
  });
}

/** All that are told to start under one number, whatever their line. */
function membersOf(commit: Commit, evidence: Evidence): readonly string[] {
  const starts = evidence.of('commit').filter(({ asked, atMs }) => {
    const isSameNumber = asked.group === commit.asked.group;
    return isSameNumber && Math.abs(atMs - commit.atMs) <= ONE_START_MS;
  });
  return [...new Set(starts.flatMap(({ asked }) => asked.drives))];
}

/** Whose arming for this start had ended well by then. */
function armedFor(commit: Commit, evidence: Evidence): ReadonlySet<string> {
  const { asked, atMs } = commit;
  const deliveries = evidence
    .of('delivery')
    .filter((delivery) => delivery.order.body['group'] === asked.group && delivery.atMs > atMs - ONE_START_MS);
  const ids = new Set(deliveries.map(({ order }) => order.body['id']));
  const armings = evidence.of('report').filter((report) => report.command === 'arm' && report.status === 'done');
  const told = armings.filter((report) => report.atMs <= atMs && ids.has(report.id)).map(({ drive }) => drive);
  const toldAlone = deliveries
    .filter((delivery) => diedWith(delivery, commit, evidence))
    .map(({ order }) => order.drive);
  return new Set([...told, ...toldAlone]);
}

/** Its process was killed after it: the answer may have come by REST and the message for everybody not. */
function diedWith({ line, atMs, answer, order }: Delivery, commit: Commit, evidence: Evidence): boolean {
  const isKilled = evidence.blows('process killed', line).some((killMs) => killMs >= atMs && killMs <= commit.atMs);
  return isKilled && answer === 'accepted' && evidence.ending(String(order.body['id'])) === undefined;
}
