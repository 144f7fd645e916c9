import type { Commit, Delivery } from '../facts.ts';
import type { Evidence } from './evidence.ts';
import type { Trigger } from './trigger.ts';

/** A common start may be so late against its instant (motion reference, section 5), and so late against its order. */
const START_SLACK_MS = 50;
/** The second motor of a unit is made ready once the first has started: some frames, each answered after 10 ms or sooner. */
const FOLLOWS_WITHIN_MS = 105;
const DEFAULT_TTL_MS = 500;
/** Writing and reading back a set-point on a bad line, after which its time begins. */
const ARMING_MS = 4000;
const DEFAULT_ARM_TTL_MS = 5000;
const SLACK_MS = 0.01;

/** 16 and 30: what was armed starts only when its group is told to, in time, and not after it was disarmed. */
export function objectionToStart(armed: Delivery, trigger: Trigger, evidence: Evidence): string | null {
  const commit = commitOf(armed, trigger, evidence);
  if (commit === undefined) return 'nobody had told its group to start';
  const lateMs = trigger.sentAtMs - latestOf(commit, isFollower(trigger.drive, commit, evidence));
  if (lateMs > SLACK_MS) return `the start left ${lateMs.toFixed(1)} ms after its time`;
  const { armTtlMs = DEFAULT_ARM_TTL_MS } = armed.order.body as { armTtlMs?: number };
  if (trigger.sentAtMs > armed.atMs + ARMING_MS + armTtlMs) return 'its arming had ended';
  const disarmed = evidence
    .deliveries(trigger.drive)
    .some(
      ({ order, atMs, answer, life }) =>
        order.command === 'disarm' &&
        answer === 'accepted' &&
        life === trigger.life &&
        atMs > armed.atMs &&
        atMs < trigger.sentAtMs - SLACK_MS,
    );
  return disarmed ? 'it had been disarmed' : null;
}

const commitOf = (armed: Delivery, trigger: Trigger, evidence: Evidence): Commit | undefined =>
  evidence
    .of('commit')
    .findLast(
      ({ line, life, asked, atMs }) =>
        line === trigger.line &&
        life === trigger.life &&
        asked.group === armed.order.body['group'] &&
        asked.drives.includes(trigger.drive) &&
        atMs >= armed.atMs &&
        atMs <= trigger.sentAtMs + SLACK_MS,
    );

/** By the clock that the service had when it was told; it waits by a clock that never jumps. */
function latestOf({ asked: { startAt, ttlMs = DEFAULT_TTL_MS }, atMs, unixMs }: Commit, follows: boolean): number {
  if (startAt === undefined) return atMs + ttlMs;
  return atMs + Math.max(0, Date.parse(startAt) - unixMs) + (follows ? FOLLOWS_WITHIN_MS : START_SLACK_MS);
}

/** Shares its unit with one that was named before it. */
function isFollower(drive: string, { asked }: Commit, { drives }: Evidence): boolean {
  const unitOf = (id: string): number | undefined => drives.find((each) => each.id === id)?.unit;
  return asked.drives.find((id) => unitOf(id) === unitOf(drive)) !== drive;
}
