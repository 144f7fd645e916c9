import type { CommandError, GroupMember, LineTriggerAnswer } from '../contracts/index.ts';
import { memberProblem, type MovePlan } from './domain/move-plan.ts';
import { spreadMs, verdictOn, type Verdict } from './domain/move-watch.ts';
import type { QuantisedAxis } from './domain/quantise.ts';
import { createFollower, hasEnded, type Followed, type Follower } from './follower.ts';
import {
  abortedBy,
  askLine,
  commandMember,
  commandMembers,
  LEASE_LOST,
  plainMember,
  type Ending,
  type Failure,
  type MemberAnswer,
  type Run,
  type RunParts,
} from './group-run.ts';

/** An armed member that is never triggered disarms itself after this. */
const ARM_TTL_MS = 5000;
/** Writing and reading back the parameters of a whole line at a low baud rate. */
const ARM_WITHIN_MS = 4000;
/** From commit to start across lines: a late message is refused instead of starting late (Klipper uses the same 250 ms). */
const START_LEAD_MS = 250;
const TRIGGER_TTL_MS = 1000;

interface Move {
  readonly plan: MovePlan;
  /** Members that have a way to go. */
  readonly axes: readonly QuantisedAxis[];
  readonly drives: readonly string[];
  /** Number that arm and trigger share; another one for each move, so that an old arm hears no new trigger. */
  readonly number: number;
  readonly run: Run;
  readonly follower: Follower;
}

/** Moves all members together: every one is armed and verified before any is started; one refusal and none moves. */
export async function runMove(plan: MovePlan, run: Run, parts: RunParts): Promise<Ending> {
  const axes = plan.quantised.axes.filter(({ distance }) => distance !== 0);
  const drives = axes.map(({ drive }) => drive);
  const follower = createFollower(new Set(drives), parts);
  const number = 1 + Math.floor(parts.random() * 65_535);
  const move: Move = { plan, axes, drives, number, run, follower };
  try {
    run.update({ members: membersOf(move, new Map(), 'arming') });
    if (axes.length === 0) return { status: 'done', error: null, members: membersOf(move, new Map(), 'done') };
    const notArmed = await prepare(move, parts);
    if (notArmed !== null) return { ...notArmed, members: membersOf(move, new Map(), 'disarmed') };
    const committed = await commit(move, parts);
    if (!committed.ok) return { ...committed.failure, members: membersOf(move, new Map(), 'stopped') };
    run.update({ status: 'active', members: membersOf(move, new Map(), 'active') });
    return await seeThrough(move, committed.commands, parts);
  } finally {
    follower.close();
  }
}

async function prepare(move: Move, parts: RunParts): Promise<Failure | null> {
  const { run, axes, drives } = move;
  const answers = await Promise.all(axes.map((axis) => arm(axis, move, parts)));
  const refusals = answers.filter((answer) => answer !== null);
  if (refusals.length === 0 && !run.signal.aborted) return null;
  await commandMembers(drives, { command: 'disarm' }, parts);
  if (run.signal.aborted) return abortedBy(run);
  const { code, detail } = memberProblem(run.group.id, refusals);
  return { status: 'failed', error: { code, detail } };
}

/** Null when the drive holds the verified set-point and waits for the trigger. */
async function arm(
  axis: QuantisedAxis,
  { plan, number }: Move,
  parts: RunParts,
): Promise<{ drive: string; code: string; detail: string } | null> {
  const { drive, velocity, acceleration, deceleration } = axis;
  const position = plan.targets.get(drive);
  const epoch = plan.epochs.get(drive);
  const body = { epoch, position, velocity, acceleration, deceleration, armTtlMs: ARM_TTL_MS, group: number };
  const answer = await commandMember(drive, { command: 'arm', body, waitMs: ARM_WITHIN_MS }, parts);
  if (!answer.ok) return { drive, code: answer.error.code, detail: `${drive}: ${answer.error.detail}` };
  const { status, error } = answer.value;
  if (status === 'done') return null;
  return { drive, code: error?.code ?? 'driveTimeout', detail: `${drive}: ${error?.detail ?? `arming is ${status}`}` };
}

type Committed =
  | { readonly ok: true; readonly commands: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly failure: Failure };

/** One frame starts all members of a line; several lines start at an agreed instant. */
async function commit(move: Move, parts: RunParts): Promise<Committed> {
  const lines = byLine(move.drives, parts);
  const startAt =
    lines.size > 1 ? { startAt: new Date(parts.clock.unixMs() + START_LEAD_MS).toISOString() } : undefined;
  const answers = await Promise.all(
    [...lines].map(([line, drives]) =>
      askLine(line, parts, (client) =>
        client.trigger(line, {
          group: move.number,
          drives,
          leases: tokensOf(drives, parts),
          ttlMs: TRIGGER_TTL_MS,
          ...startAt,
        }),
      ),
    ),
  );
  const failure = commitFailure(move, answers);
  if (failure !== null) {
    await undo(move, answers, parts);
    return { ok: false, failure };
  }
  const commands = answers.flatMap((answer) => (answer.ok ? Object.entries(answer.value.commands) : []));
  return { ok: true, commands: new Map(commands) };
}

const tokensOf = (drives: readonly string[], { leases }: RunParts): Record<string, string> =>
  Object.fromEntries(
    drives.flatMap((drive) => {
      const token = leases.tokenOf(drive);
      return token === undefined ? [] : [[drive, token]];
    }),
  );

function byLine(drives: readonly string[], { lineOf }: RunParts): ReadonlyMap<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const drive of drives) lines.set(lineOf(drive), [...(lines.get(lineOf(drive)) ?? []), drive]);
  return lines;
}

function commitFailure(move: Move, answers: readonly MemberAnswer<LineTriggerAnswer>[]): Failure | null {
  const { run, drives } = move;
  // A stop may have passed the trigger on its way; whatever it started is stopped once more.
  if (run.signal.aborted && run.signal.reason !== 'halt') return abortedBy(run);
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) return { status: 'failed', error: triggerError(failed.error) };
  const triggers = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const missing = drives.filter((drive) => !triggers.some(({ started }) => started.includes(drive)));
  if (missing.length > 0) {
    const detail = `${missing.join(', ')} did not start with the others.`;
    return { status: 'failed', error: { code: 'setpointNotAcknowledged', detail } };
  }
  const skewMs = spreadMs(triggers.map(({ triggeredAt }) => Date.parse(triggeredAt))) ?? 0;
  if (skewMs <= run.group.maxStartSkewMs) return null;
  const detail = `The lines started ${skewMs} ms apart; at most ${run.group.maxStartSkewMs} ms are allowed.`;
  return { status: 'failed', error: { code: 'startTooLate', detail } };
}

const triggerError = ({ code, detail, executed }: { code: string; detail: string; executed: string }): CommandError =>
  executed === 'unknown'
    ? { code: 'writeUnverified', detail: `It is not known whether the members started, so all were stopped: ${detail}` }
    : { code, detail };

/** Nothing can have started only when every line refused; then disarming is enough, otherwise everything is stopped. */
async function undo(move: Move, answers: readonly MemberAnswer<LineTriggerAnswer>[], parts: RunParts): Promise<void> {
  const isAtRest = answers.every((answer) => !answer.ok && answer.error.executed === 'no');
  if (isAtRest) await commandMembers(move.drives, { command: 'disarm' }, parts);
  else await stopMembers(move, parts);
}

async function stopMembers({ run, drives }: Move, parts: RunParts): Promise<void> {
  const answers = await commandMembers(drives, { command: 'stop' }, parts);
  for (const [drive, answer] of answers) {
    if (!answer.ok) parts.logger.error({ group: run.group.id, drive, ...answer.error }, 'member did not take its stop');
  }
}

async function seeThrough(move: Move, commands: ReadonlyMap<string, string>, parts: RunParts): Promise<Ending> {
  const { run } = move;
  const isStopping = run.group.onMemberFault === 'stop';
  const progress = await followMembers(move, commands, parts);
  const verdict = verdictOn(progress);
  const ended = (status: string): Partial<Ending> => ({
    measuredStartSkewMs: startSkewMs(move),
    members: membersOf(move, progress, status),
  });
  if (verdict.kind === 'done') return { ...ended('done'), status: 'done', error: null };
  if (run.signal.reason === LEASE_LOST) await stopMembers(move, parts);
  if (run.signal.aborted) return { ...ended('aborted'), ...abortedBy(run) };
  if (isStopping || verdict.kind === 'running') await stopMembers(move, parts);
  return { ...ended('stopped'), status: 'failed', error: errorOf(verdict) };
}

function followMembers(
  move: Move,
  commands: ReadonlyMap<string, string>,
  { clock }: RunParts,
): Promise<ReadonlyMap<string, Followed>> {
  const { run, plan, follower } = move;
  const isEnough = (members: ReadonlyMap<string, Followed>): boolean =>
    run.group.onMemberFault === 'stop' ? verdictOn(members).kind !== 'running' : [...members.values()].every(isOver);
  const overdue = new AbortController();
  // Half as long again as planned, and what the last settling and a slow line take.
  const cancel = clock.after(plan.quantised.durationS * 1500 + 10_000, () => overdue.abort('overdue'));
  const signal = AbortSignal.any([run.signal, overdue.signal]);
  return follower.follow(commands, isEnough, signal).finally(cancel);
}

const isOver = (member: Followed): boolean => hasEnded(member) || member.state === 'unknown';

const errorOf = (verdict: Verdict): CommandError =>
  verdict.kind === 'lost'
    ? verdict.error
    : { code: 'targetNotReached', detail: 'The members did not end their move in the time planned for it.' };

const startSkewMs = ({ drives, follower }: Move): number | null =>
  drives.length < 2 ? null : spreadMs(drives.map((drive) => follower.firstMoving().get(drive) ?? null));

function membersOf(move: Move, progress: ReadonlyMap<string, Followed>, status: string): GroupMember[] {
  return move.plan.quantised.axes.map((axis) => {
    const { drive, velocity, acceleration, deceleration, durationS } = axis;
    if (axis.distance === 0) {
      return {
        ...plainMember(drive, 'done'),
        plannedDurationMs: 0,
        finalPosition: move.plan.targets.get(drive) ?? null,
      };
    }
    const followed = progress.get(drive);
    const error = followed?.error ?? null;
    return {
      drive,
      status: followed !== undefined && hasEnded(followed) ? followed.status : status,
      velocity,
      acceleration,
      deceleration,
      plannedDurationMs: Math.round(durationS * 1000),
      finalPosition: followed?.finalPosition ?? null,
      error: error === null ? null : { code: error.code, detail: error.detail },
    };
  });
}
