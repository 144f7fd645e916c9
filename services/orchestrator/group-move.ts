import { ARMED_ALONE, type CommandError } from '../contracts/index.ts';
import type { MovePlan } from './domain/move-plan.ts';
import { spreadMs, verdictOn, type Verdict } from './domain/move-watch.ts';
import { createFollower, hasEnded, type Followed } from './follower.ts';
import { commit, type Committed } from './group-commit.ts';
import { membersOf, type Move } from './group-moving.ts';
import { prepare } from './group-prepare.ts';
import { abortedBy, LEASE_LOST, type Ending, type Run, type RunParts } from './group-run.ts';
import { stopMembers } from './group-stop.ts';

/** Moves all members together: every one is armed and verified before any is started; one refusal and none moves. */
export async function runMove(plan: MovePlan, run: Run, parts: RunParts): Promise<Ending> {
  const axes = plan.quantised.axes.filter(({ distance }) => distance !== 0);
  const drives = axes.map(({ drive }) => drive);
  const follower = createFollower(new Set(drives), parts);
  const number = 1 + Math.floor(parts.random() * (ARMED_ALONE - 1));
  const move: Move = { plan, axes, drives, number, run, follower };
  try {
    run.update({ members: membersOf(move, new Map(), 'arming') });
    if (axes.length === 0) return { status: 'done', error: null, members: membersOf(move, new Map(), 'done') };
    const notArmed = await prepare(move, parts);
    if (notArmed !== null) return { ...notArmed, members: membersOf(move, new Map(), 'disarmed') };
    run.update({ members: membersOf(move, new Map(), 'armed') });
    const committed = await commit(move, parts);
    if (!committed.ok) return { ...committed.failure, members: membersOf(move, new Map(), 'stopped') };
    run.started?.(committed.startedAtMs);
    run.update({ status: 'active', members: membersOf(move, new Map(), 'active'), ...startSkew(committed) });
    return await seeThrough(move, committed.commands, parts);
  } finally {
    follower.close();
  }
}

export const startSkew = ({ startedAtMs }: Extract<Committed, { ok: true }>): Partial<Ending> => ({
  measuredStartSkewMs: startedAtMs.size < 2 ? null : spreadMs([...startedAtMs.values()]),
});

async function seeThrough(move: Move, commands: ReadonlyMap<string, string>, parts: RunParts): Promise<Ending> {
  const { run } = move;
  const isStopping = run.group.onMemberFault === 'stop';
  const progress = await followMembers(move, commands, parts);
  const verdict = verdictOn(progress);
  const ended = (status: string): Partial<Ending> => ({
    measuredArrivalSkewMs: arrivalSkewMs(move),
    members: membersOf(move, progress, status),
  });
  if (verdict.kind === 'done') return { ...ended('done'), status: 'done', error: null };
  if (run.signal.reason === LEASE_LOST) await stopMembers(move.drives, run, parts);
  if (run.signal.aborted) return { ...ended('aborted'), ...abortedBy(run) };
  if (isStopping || verdict.kind === 'running') await stopMembers(move.drives, run, parts);
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

export const arrivalSkewMs = ({ drives, follower }: Pick<Move, 'drives' | 'follower'>): number | null =>
  drives.length < 2 ? null : spreadMs(drives.map((drive) => follower.restedAtMs().get(drive) ?? null));
