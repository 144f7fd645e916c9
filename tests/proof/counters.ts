import type { Delivery } from './facts.ts';
import type { Evidence } from './oracle/evidence.ts';
import { countTwins } from './twin-counters.ts';

/** A campaign in which one of these never happened proves nothing about it, and is red. */
export const MUST_HAVE_HAPPENED = [
  'late answer that meets the next request',
  'lost answer of a trigger',
  'kill between trigger and acknowledge',
  'pause between check and send',
  'duplicate delivery',
  'reordered delivery',
  'replayed delivery',
  'retained command',
  'stale epoch',
  'ttl expired in the queue',
  'ttl expired on the way',
  'stale lease',
  'lease held by another',
  'broker loss during a move',
  'reboot of a drive while it moves',
  'unplugged line during a move',
  'clock jump back',
  'clock jump forward',
  'torn 32-bit read',
  'CRC noise',
  'echo without an answer',
  'stop during a move',
  'abandoned jog',
  'homing begun',
  'homing done',
  'line too noisy to move',
  'watchdog of a drive',
  'common start of a group',
  'start of a group that came again',
  'start of a drive that had been disarmed',
  'move of a group that arrived',
  'move of a group that was broken off',
  'orchestrator killed during a move of a group',
  'orchestrator paused',
  'one motor of a unit moved while its neighbour rested',
  'both motors of a unit moved',
  'stop of a motor that ended the motion of its neighbour',
  'halt of a motor while its neighbour moved',
  'start of both motors of a unit by their group',
] as const;

const BY_CODE: Readonly<Record<string, string>> = {
  'refused epochMismatch': 'stale epoch',
  'refused ttlExpired': 'ttl expired on the way',
  'failed ttlExpired': 'ttl expired in the queue',
  'refused leaseExpired': 'stale lease',
  'refused tokenStale': 'stale lease',
  'refused leaseHeld': 'lease held by another',
  'refused retainedCommand': 'retained command',
  'refused lineQuality': 'line too noisy to move',
};

const BY_WAY: Readonly<Partial<Record<Delivery['how'], string>>> = {
  duplicate: 'duplicate delivery',
  replayed: 'replayed delivery',
};

/** What can be seen afterwards in what was written down; the rest was counted when it struck. */
export function countHappened(evidence: Evidence): void {
  const { facts } = evidence.world;
  for (const { status, code } of evidence.of('report')) {
    const what = BY_CODE[`${status} ${code}`];
    if (what !== undefined) facts.count(what);
  }
  const newest = new Map<string, number>();
  for (const { how, order } of evidence.of('delivery')) {
    const what = BY_WAY[how];
    if (what !== undefined) facts.count(what);
    else if (order.number < (newest.get(order.drive) ?? 0)) facts.count('reordered delivery');
    newest.set(order.drive, Math.max(order.number, newest.get(order.drive) ?? 0));
  }
  for (const { command, status } of evidence.of('report')) {
    if (command === 'jog' && status === 'done') facts.count('abandoned jog');
    if (command === 'home' && status === 'done') facts.count('homing done');
  }
  for (const { kind } of evidence.frames.triggers) if (kind === 'homing') facts.count('homing begun');
  for (const { cause } of evidence.motions) if (cause.by === 'watchdog') facts.count('watchdog of a drive');
  countGroups(evidence);
  countTwins(evidence);
  countPauses(evidence);
  countStops(evidence);
}

function countGroups(evidence: Evidence): void {
  const { facts } = evidence.world;
  for (const { kind } of evidence.frames.triggers) if (kind === 'group') facts.count('common start of a group');
  const starts = evidence.of('commit').map(({ asked }) => asked);
  for (const [place, asked] of starts.entries())
    if (starts.indexOf(asked) < place) facts.count('start of a group that came again');
  for (const { command, status } of evidence.of('group-end')) {
    if (command === 'move') facts.count(`move of a group that ${status === 'done' ? 'arrived' : 'was broken off'}`);
  }
  for (const blow of evidence.of('blow').filter(({ on }) => on === 'orchestrator')) {
    if (blow.what === 'process paused') facts.count('orchestrator paused');
    const last = evidence.of('commit').findLast(({ atMs }) => atMs <= blow.atMs);
    const hasEnded = evidence
      .of('group-end')
      .some(({ atMs }) => last !== undefined && atMs >= last.atMs && atMs <= blow.atMs);
    if (blow.what === 'process killed' && last !== undefined && !hasEnded)
      facts.count('orchestrator killed during a move of a group');
  }
}

/** The process stood still between the admission of a motion and the frame that starts it. */
function countPauses(evidence: Evidence): void {
  for (const pause of evidence.of('blow').filter(({ what }) => what === 'process paused')) {
    const isBetween = evidence.of('delivery').some((delivery) => {
      const { order, line, atMs } = delivery;
      if (line !== pause.on || !order.command.startsWith('move') || atMs > pause.atMs || delivery.answer === 'refused')
        return false;
      const ending = evidence.ending(String(order.body['id']));
      const isOpen = ending !== undefined && ending.atMs >= pause.atMs;
      return (
        isOpen && !evidence.triggers(order.drive).some(({ sentAtMs }) => sentAtMs >= atMs && sentAtMs <= pause.atMs)
      );
    });
    if (isBetween) evidence.world.facts.count('pause between check and send');
  }
}

function countStops(evidence: Evidence): void {
  for (const { order, atMs } of evidence.of('delivery')) {
    if (order.command !== 'stop') continue;
    const last = evidence.motions.findLast((motion) => motion.drive === order.drive && motion.atMs <= atMs);
    if (last !== undefined && last.kind !== 'stop') evidence.world.facts.count('stop during a move');
  }
}
