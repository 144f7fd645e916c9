import type { CommandError, GroupMember } from '../contracts/index.ts';
import { verdictOn, type Verdict } from './domain/move-watch.ts';
import type { QuantisedAxis } from './domain/quantise.ts';
import type { BlendingAxis, BlendingPlan } from './domain/path/plan-path.ts';
import { instantsOf } from './domain/path/pace.ts';
import { pathMember } from './domain/path/report.ts';
import { endS, motionAt } from './domain/path/curve.ts';
import { firstSetpoint, nextSetpoint, type Doing, type Setpoint } from './domain/path/setpoint.ts';
import { createFollower, hasEnded, type Followed, type Follower } from './follower.ts';
import { commit, type Committed } from './group-commit.ts';
import { finalPositionsOf, type PathEnding, type PathRun } from './path-run.ts';
import { ALL_TELLABLE } from './domain/move-plan.ts';
import { arrivalSkewMs, startSkew } from './group-move.ts';
import type { Move } from './group-moving.ts';
import { prepare } from './group-prepare.ts';
import { abortedBy, commandMember, LEASE_LOST, type RunParts } from './group-run.ts';
import { stopMembers } from './group-stop.ts';
import { newId } from './new-id.ts';

type Lost = Extract<Verdict, { kind: 'lost' }>;

interface Stream {
  readonly plan: BlendingPlan;
  readonly going: PathRun;
  readonly parts: RunParts;
  readonly follower: Follower;
  /** The command under which each drive moves, or is about to. */
  readonly current: Map<string, string>;
  readonly doing: Map<string, Doing>;
  /** Ends the stream; the reason is the error, or the word of who ended the run. */
  readonly end: AbortController;
  /** Whose state or command ended the stream, where one of them did. */
  lost: Lost | null;
  /** Monotonic instant at which the path began. */
  startedAtMs: number;
}

/**
 * Leads drives along their curves by one bounded move after the other, each taking the place of the one before it
 * without a stop in between. Every move has an end of its own, so that whatever ends the stream leaves no drive moving;
 * each names the move that it goes on from, so that none is taken after a halt, a stop or another command.
 */
export async function streamPath(plan: BlendingPlan, going: PathRun, parts: RunParts): Promise<PathEnding> {
  const follower = createFollower(new Set(plan.axes.map(({ drive }) => drive)), parts);
  const stream: Stream = {
    plan,
    going,
    parts,
    follower,
    current: new Map(),
    doing: new Map(),
    end: new AbortController(),
    lost: null,
    startedAtMs: 0,
  };
  const { run, strayed } = going;
  const unlinks = [run.signal, strayed].map((signal) => link(signal, stream.end));
  try {
    const move = armedMove(stream);
    if (move.axes.length > 0) {
      const notArmed = await prepare(move, parts);
      if (notArmed !== null) return ended(stream, { ...notArmed, others: 'disarmed' });
    }
    const committed = await begin(move, stream);
    if (!committed.ok) return ended(stream, { ...committed.failure, others: 'stopped' });
    run.update({ status: 'active', members: membersOf(stream, new Map(), 'active'), ...startSkew(committed) });
    return await seeThrough(stream);
  } finally {
    for (const unlink of unlinks) unlink();
    follower.close();
  }
}

/** Not `AbortSignal.any`: the stream also ends by itself. */
function link(signal: AbortSignal, end: AbortController): () => void {
  const pass = (): void => end.abort(signal.reason);
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass, { once: true });
  return () => signal.removeEventListener('abort', pass);
}

/** The common start: every drive that has a way to go at first is armed with a target a little way along it. */
function armedMove({ plan, going, parts, follower }: Stream): Move {
  const firsts = plan.axes.flatMap((axis) => {
    const setpoint = firstSetpoint(axis, Math.min(axis.pace.firstS, endS(axis.curve) / 2));
    return setpoint === null ? [] : [{ axis, setpoint }];
  });
  const axes = firsts.map(({ axis, setpoint }): QuantisedAxis => ({
    ...setpoint,
    drive: axis.drive,
    distance: setpoint.target - motionAt(axis.curve, 0).position,
    durationS: axis.pace.firstS,
    coarse: false,
  }));
  const { expectedStartSkewMs, startAtUnixMs } = plan;
  const members = firsts.map(({ axis: { drive, epoch, override }, setpoint: { target } }) => {
    return [drive, { target, epoch, override, tellable: ALL_TELLABLE }] as const;
  });
  return {
    plan: {
      quantised: { axes, durationS: endS(plan.axes[0]?.curve ?? []), expectedSkewMs: 0, expectedStartSkewMs },
      members: new Map(members),
      startAtUnixMs,
    },
    axes,
    drives: axes.map(({ drive }) => drive),
    number: 1 + Math.floor(parts.random() * 65_535),
    run: going.run,
    follower,
  };
}

/** Starts the path; one that begins with a pause starts by the clock alone. */
async function begin(move: Move, stream: Stream): Promise<Committed> {
  const { going, parts, plan } = stream;
  const { clock } = parts;
  const nobody: Committed = { ok: true, commands: new Map(), startedAtMs: new Map() };
  const committed = move.axes.length === 0 ? nobody : await commit(move, parts);
  if (!committed.ok) return committed;
  const { startedAtMs, commands } = committed;
  const firstMs = Math.min(plan.startAtUnixMs ?? Infinity, clock.unixMs(), ...startedAtMs.values());
  stream.startedAtMs = clock.nowMs() - (clock.unixMs() - firstMs);
  for (const { drive, curve } of plan.axes) {
    const told = move.axes.find((axis) => axis.drive === drive);
    const target = move.plan.members.get(drive)?.target ?? motionAt(curve, 0).position;
    const velocity = told === undefined ? 0 : Math.sign(told.distance) * told.velocity;
    stream.doing.set(drive, { velocity, target, deviation: 0 });
  }
  for (const [drive, id] of commands) stream.current.set(drive, id);
  const curves = new Map(plan.axes.map(({ drive, curve }) => [drive, curve]));
  going.watch.begin(curves, startedAtMs.size === 0 ? new Map([['', firstMs]]) : startedAtMs);
  return committed;
}

const nowS = ({ startedAtMs, parts: { clock } }: Stream): number => (clock.nowMs() - startedAtMs) / 1000;

const isLost = (members: ReadonlyMap<string, Followed>): boolean => verdictOn(members).kind === 'lost';
const isOver = (members: ReadonlyMap<string, Followed>): boolean => verdictOn(members).kind !== 'running';

async function seeThrough(stream: Stream): Promise<PathEnding> {
  const { plan, going, parts, follower, current, end } = stream;
  const streamed = new AbortController();
  const watched = follower
    .follow(current, isLost, AbortSignal.any([end.signal, streamed.signal]))
    .then((members) => loseBy(stream, members));
  await Promise.all(plan.axes.map((axis) => streamAxis(axis, stream)));
  streamed.abort(new Error('all set-points are given'));
  await watched;
  const lateMs = (endS(plan.axes[0]?.curve ?? []) - nowS(stream)) * 1000 + plan.goalTimeToleranceMs;
  const cancel = parts.clock.after(Math.max(0, lateMs), () => end.abort(tooLate(plan)));
  const progress = await follower.follow(current, isOver, end.signal).finally(cancel);
  loseBy(stream, progress);
  return conclude(stream, progress, going);
}

/** A member that is lost ends the stream for all. */
function loseBy(stream: Stream, members: ReadonlyMap<string, Followed>): void {
  const verdict = verdictOn(members);
  if (verdict.kind === 'lost') endBy(verdict, stream);
}

function endBy(lost: Lost, stream: Stream): void {
  if (!stream.end.signal.aborted) stream.lost = lost;
  stream.end.abort(lost.error);
}

/**
 * A drive that stops because its set-point failed is seen to stop first, and under another command: it is the failure that
 * counts, and by the time at which the others are stopped it has been told.
 */
function causeOf({ drive, error }: Lost, { plan, follower }: Stream): CommandError {
  const failure = follower.failureOf(drive);
  if (failure === null) return error;
  const axis = plan.axes.find((each) => each.drive === drive);
  if (failure.code !== 'ttlExpired' || axis === undefined) return { ...failure, detail: `${drive}: ${failure.detail}` };
  return lateError(axis, `could not leave within ${Math.round(axis.pace.leadS * 1000 + axis.pace.lateMs)} ms`);
}

const lateError = ({ drive, pathTolerance }: BlendingAxis, how: string): CommandError => ({
  code: 'ttlExpired',
  detail: `${drive}: a set-point ${how}, and one that is later than its path tolerance of ${Number(pathTolerance.toPrecision(4))} bears is never sent; the machine or the line has too much to do. Allow more time for the path, or a greater pathTolerance.`,
});

const tooLate = ({ goalTimeToleranceMs }: BlendingPlan): CommandError => ({
  code: 'goalTime',
  detail: `The members were not proved at rest at the last point within ${goalTimeToleranceMs} ms after the end of the path.`,
});

async function conclude(
  stream: Stream,
  progress: ReadonlyMap<string, Followed>,
  { run }: PathRun,
): Promise<PathEnding> {
  const { end, parts, plan } = stream;
  const skew = {
    measuredArrivalSkewMs: arrivalSkewMs({ drives: [...stream.current.keys()], follower: stream.follower }),
  };
  if (!end.signal.aborted)
    return { ...ended(stream, { status: 'done', error: null, others: 'done', progress }), ...skew };
  const drives = plan.axes.map(({ drive }) => drive);
  if (run.signal.aborted) {
    if (run.signal.reason === LEASE_LOST) await stopMembers(drives, run, parts);
    return ended(stream, { ...abortedBy(run), others: 'aborted', progress });
  }
  if (run.group.onMemberFault === 'stop') await stopMembers(drives, run, parts);
  const error = stream.lost === null ? (end.signal.reason as CommandError) : causeOf(stream.lost, stream);
  return ended(stream, { status: 'failed', error, others: 'stopped', progress });
}

/** Gives one drive its set-points, each in its time, which ends where that of the next begins, or not at all. */
async function streamAxis(axis: BlendingAxis, stream: Stream): Promise<void> {
  const { pace, curve } = axis;
  const { clock } = stream.parts;
  const { signal } = stream.end;
  const instants = instantsOf(curve, pace, nowS(stream) + pace.leadS);
  for (const [index, atS] of instants.entries()) {
    const dueS = atS - pace.leadS;
    // the one after it is due as well: what comes late is left out, and how far the drive is off says whether that matters
    if (index + 1 < instants.length && nowS(stream) - dueS > pace.everyS) continue;
    await clock.sleep(Math.max(0, (dueS - nowS(stream)) * 1000), signal).catch(() => undefined);
    if (signal.aborted) return;
    const error = reasonNotToGoOn(axis, dueS, stream);
    if (error !== null) stream.end.abort(error);
    if (signal.aborted) return;
    await giveSetpoint(axis, atS, stream);
    if (signal.aborted) return;
  }
}

function reasonNotToGoOn(axis: BlendingAxis, dueS: number, stream: Stream): CommandError | null {
  const { drive, pace } = axis;
  const { plan, going, parts } = stream;
  const lateMs = (nowS(stream) - dueS) * 1000;
  if (lateMs > pace.lateMs) return lateError(axis, `would have left ${Math.round(lateMs)} ms late`);
  going.watch.checkQuiet(drive, nowS(stream));
  if (going.strayed.aborted) return going.strayed.reason as CommandError;
  const states = plan.axes.map((each) => {
    return [each.drive, { status: 'active', error: null, state: parts.registry.axisState(each.drive) }] as const;
  });
  const verdict = verdictOn(new Map(states));
  if (verdict.kind === 'lost') endBy(verdict, stream);
  return null;
}

async function giveSetpoint(axis: BlendingAxis, atS: number, stream: Stream): Promise<void> {
  const { drive, curve, pace } = axis;
  const { doing, going, plan } = stream;
  going.passed(plan.pointsS.filter((pointS) => pointS <= nowS(stream)).length);
  const before = doing.get(drive) ?? { velocity: 0, target: motionAt(curve, 0).position, deviation: 0 };
  // what was read before the last set-point took effect has been answered by it; the very last has none after it that
  // would make good what it leaves, and cannot go beyond its target, whatever it makes good twice
  const isLast = atS + pace.everyS >= endS(curve);
  const deviation = going.watch.deviation(drive, isLast ? -Infinity : atS - pace.everyS) ?? 0;
  const setpoint = nextSetpoint(axis, { atS, forS: pace.everyS }, { ...before, deviation });
  if (setpoint === null) return;
  const way = Math.sign(setpoint.target - motionAt(curve, atS).position);
  doing.set(drive, { velocity: way * setpoint.velocity, target: setpoint.target, deviation: 0 });
  const lateMs = Math.max(0, (nowS(stream) - (atS - pace.leadS)) * 1000);
  await send(axis, setpoint, { stream, ttlMs: Math.round(pace.leadS * 1000 + pace.lateMs - lateMs) });
}

async function send(
  { drive, epoch, override }: BlendingAxis,
  { target, velocity, ...ramps }: Setpoint,
  { stream, ttlMs }: { readonly stream: Stream; readonly ttlMs: number },
): Promise<void> {
  const { current, parts, end } = stream;
  const id = newId(parts.random);
  const continues = current.get(drive);
  // before it is sent: what supersedes the one before is this one
  current.set(drive, id);
  const body = {
    position: target,
    // the drive takes its share of it
    velocity: velocity / override,
    ...ramps,
    epoch,
    issuedAt: new Date(parts.clock.unixMs()).toISOString(),
    ttlMs,
    ...(continues !== undefined && { continues }),
  };
  const detail = `${drive}: nobody answered for ${ttlMs} ms whether a set-point was taken.`;
  const cancel = parts.clock.after(ttlMs, () => end.abort({ code: 'writeUnverified', detail }));
  const asked = commandMember(drive, { command: 'move-absolute', body, id }, parts);
  const answer = await orAborted(asked, end.signal).finally(cancel);
  if (answer === null || answer.ok) return;
  end.abort({ code: answer.error.code, detail: `${drive}: ${answer.error.detail}` });
}

/** An answer that nobody waits for any more must not hold up the halt that comes next. */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise<T | null>((resolve, reject) => {
    const give = (): void => resolve(null);
    signal.addEventListener('abort', give, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}

function membersOf({ plan }: Stream, progress: ReadonlyMap<string, Followed>, status: string): GroupMember[] {
  return plan.axes.map((axis) => {
    const followed = progress.get(axis.drive);
    const error = followed?.error ?? null;
    return {
      ...pathMember(axis, followed !== undefined && hasEnded(followed) ? followed.status : status, plan),
      finalPosition: followed?.finalPosition ?? null,
      error: error === null ? null : { code: error.code, detail: error.detail },
    };
  });
}

interface Conclusion extends Pick<PathEnding, 'status' | 'error'> {
  /** What is said of members that have not ended by themselves. */
  readonly others: string;
  readonly progress?: ReadonlyMap<string, Followed>;
}

function ended(stream: Stream, { status, error, others, progress = new Map() }: Conclusion): PathEnding {
  const members = membersOf(stream, progress, others);
  const rested = [...stream.follower.restedAtMs().values()];
  const { clock } = stream.parts;
  const startedAtUnixMs = clock.unixMs() - (clock.nowMs() - stream.startedAtMs);
  const isKnown = status === 'done' && rested.length > 0;
  return {
    status,
    error,
    members,
    finalPositions: finalPositionsOf(members),
    arrivedAfterMs: isKnown ? Math.round(Math.max(...rested) - startedAtUnixMs) : null,
  };
}
