import {
  problem,
  type DriveDescription,
  type GroupMove,
  type Problem,
  type ProblemCode,
} from '../../contracts/index.ts';
import { quantise, type AxisSteps, type QuantisedPlan } from './quantise.ts';
import { axisStateOf, isOnline, type DriveEntry } from './registry.ts';
import { startOffsetsMs, type Starts } from './start-order.ts';
import { synchronise, withDuration, type AxisDemand } from './synchronise.ts';

/** A group as it is at this instant. */
export interface Members {
  readonly group: string;
  /** Every member, whether it was heard of or not. */
  readonly entries: ReadonlyMap<string, DriveEntry>;
  readonly nowMs: number;
  readonly nowUnixMs: number;
  readonly starts: Starts;
  /** The members may start this far apart. */
  readonly maxStartSkewMs: number;
}

export interface MovePlan {
  readonly quantised: QuantisedPlan;
  readonly members: ReadonlyMap<string, PlannedMember>;
  /** Milliseconds since 1970; null starts as soon as all are armed. */
  readonly startAtUnixMs: number | null;
}

/** What the plan of a member rests on. */
interface PlannedMember {
  readonly target: number;
  /** Of the drive when its position was read: after a reboot the way would be another one. */
  readonly epoch: string;
  /** Share of every velocity asked that the drive will take. */
  readonly override: number;
  readonly tellable: Tellable;
}

/** What the drive can be asked beside its target. */
type Tellable = NonNullable<DriveDescription['tellable']>;

export type Planned =
  { readonly ok: true; readonly plan: MovePlan } | { readonly ok: false; readonly problem: Problem };

export interface MemberRefusal {
  readonly drive: string;
  readonly code: string;
  readonly detail: string;
}

/** States from which a member can join a group move, and why not from the others. */
const STATE_REFUSALS = {
  standstill: null,
  disabled: ['notEnabled', 'is not enabled'],
  homing: ['homingActive', 'is homing'],
  discreteMotion: ['busy', 'is moving'],
  continuousMotion: ['busy', 'is moving'],
  synchronizedMotion: ['busy', 'is moving'],
  stopping: ['stopLatched', 'is stopped and latched'],
  errorStop: ['errorStop', 'is in an error'],
  unknown: ['unknownState', 'is in a state that is not known'],
} as const satisfies Record<ReturnType<typeof axisStateOf>, readonly [ProblemCode, string] | null>;

interface Axis {
  readonly member: PlannedMember;
  readonly demand: AxisDemand;
  readonly steps: AxisSteps;
}

/** Turns the targets of a group move into what each drive is told, or says for each member why not. */
export function planMove(move: GroupMove, members: Members): Planned {
  const malformed = bodyProblem(move, members);
  if (malformed !== null) return { ok: false, problem: malformed };
  const late = startProblem(move, members);
  if (late !== null) return { ok: false, problem: late };
  const targets = Object.entries(move.targets);
  const keepsTime = move.sync !== 'none';
  const admitted = targets.map(([drive, target]) => admit(drive, { target, keepsTime }, members));
  const refusals = admitted.filter((each) => 'code' in each);
  if (refusals.length > 0) return { ok: false, problem: memberProblem(members.group, refusals) };
  const axes = admitted.filter((each) => 'demand' in each).map((axis) => scaled(axis, move.velocityScale ?? 1));
  const planned = synchronised(move, axes, members.starts);
  if (!planned.ok) return planned;
  const apart = apartProblem(planned.quantised, members);
  if (apart !== null) return { ok: false, problem: apart };
  return {
    ok: true,
    plan: {
      quantised: planned.quantised,
      members: new Map(axes.map(({ demand, member }) => [demand.drive, member])),
      startAtUnixMs: move.startAt === undefined ? null : Date.parse(move.startAt),
    },
  };
}

/** Writing and reading back every set-point, and the start's own way to the lines, at the least. */
const SHORTEST_LEAD_MS = 250;
/** Armed drives wait for at most half a minute. */
const LONGEST_LEAD_MS = 20_000;

export function startProblem({ startAt }: Pick<GroupMove, 'startAt'>, { nowUnixMs }: Members): Problem | null {
  if (startAt === undefined) return null;
  const leadMs = Math.round(Date.parse(startAt) - nowUnixMs);
  if (leadMs < SHORTEST_LEAD_MS) {
    const detail = `The start is ${leadMs} ms away; the members need at least ${SHORTEST_LEAD_MS} ms to get ready.`;
    return problem('startTooLate', detail, { limit: SHORTEST_LEAD_MS, actual: leadMs });
  }
  if (leadMs <= LONGEST_LEAD_MS) return null;
  const detail = `The start is ${leadMs} ms away; armed drives wait for at most ${LONGEST_LEAD_MS} ms.`;
  return problem('invalidValue', detail, { limit: LONGEST_LEAD_MS, actual: leadMs });
}

/** Known before anything moves, so nothing has to be stopped for it. */
export function apartProblem(
  { expectedStartSkewMs }: Pick<QuantisedPlan, 'expectedStartSkewMs'>,
  { group, maxStartSkewMs }: Members,
): Problem | null {
  if (expectedStartSkewMs <= maxStartSkewMs) return null;
  const actual = Math.ceil(expectedStartSkewMs);
  const detail = `Without a common trigger the members of ${group} start ${actual} ms apart; its maxStartSkewMs is ${maxStartSkewMs}.`;
  return problem('unsupported', detail, { limit: maxStartSkewMs, actual });
}

function bodyProblem(move: GroupMove, { group, entries }: Members): Problem | null {
  const drives = Object.keys(move.targets);
  if (drives.length === 0) {
    return problem('invalidValue', 'A group move needs at least one target.', {
      errors: [{ path: 'targets', detail: 'expected an object of drive and position' }],
    });
  }
  const strangers = drives.filter((drive) => !entries.has(drive));
  if (strangers.length > 0) {
    return problem('invalidValue', `${strangers.join(', ')} does not belong to group ${group}.`, {
      errors: strangers.map((drive) => ({
        path: `targets.${drive}`,
        detail: `expected a member of the group: ${[...entries.keys()].join(', ')}`,
      })),
    });
  }
  if (move.durationMs === undefined || move.sync !== 'none') return null;
  return problem('invalidValue', 'A duration needs axes that keep time together: sync phase or time.', {
    errors: [{ path: 'durationMs', detail: 'expected none with sync none' }],
  });
}

/** A member that can begin to move. */
export interface Ready {
  readonly description: DriveDescription;
  readonly position: number;
  /** Share of every velocity asked that the drive will take. */
  readonly override: number;
}

/** What is known of a member that can begin to move, or why it cannot. */
export function readyMember(drive: string, members: Pick<Members, 'entries' | 'nowMs'>): Ready | MemberRefusal {
  const entry = members.entries.get(drive);
  const refuse = (code: ProblemCode, why: string): MemberRefusal => ({ drive, code, detail: `${drive} ${why}.` });
  if (entry === undefined || entry.description === null || !isOnline(entry)) return refuse('offline', 'is not online');
  if (entry.description.refused !== null) return refuse('refusedDrive', `must not move: ${entry.description.refused}`);
  const refusal = STATE_REFUSALS[axisStateOf(entry, members.nowMs)];
  if (refusal !== null) return refuse(refusal[0], refusal[1]);
  const position = positionOf(entry);
  if (position === 'notHomed') return refuse(position, 'is not homed');
  if (position === null) return refuse('unknownState', 'does not know its position');
  return { description: entry.description, position, override: entry.state?.override ?? 1 };
}

interface Asked {
  readonly target: number;
  /** With the other members. */
  readonly keepsTime: boolean;
}

function admit(drive: string, { target, keepsTime }: Asked, members: Members): Axis | MemberRefusal {
  const ready = readyMember(drive, members);
  if ('code' in ready) return ready;
  const { description, position, override } = ready;
  return (
    rangeRefusal(drive, { target, position }, description) ??
    (keepsTime ? timeRefusal(description) : null) ??
    axisOf(description, { target, distance: target - position, override })
  );
}

interface Going {
  readonly target: number;
  readonly position: number;
}

/** Null inside the range of the axis, and on the way back into it. */
function rangeRefusal(
  drive: string,
  { target, position }: Going,
  { axis: { range, unit } }: DriveDescription,
): MemberRefusal | null {
  if (!isOutside(target, position, range)) return null;
  const detail = `${drive} may go from ${range[0]} to ${range[1]} ${unit}, but ${target} ${unit} was asked.`;
  return { drive, code: 'softLimit', detail };
}

/** Who cannot be told how fast to go arrives when it likes. */
function timeRefusal({ drive, tellable = ALL_TELLABLE }: DriveDescription): MemberRefusal | null {
  const untold = (['velocity', 'acceleration'] as const).filter((word) => !tellable.includes(word));
  if (untold.length === 0) return null;
  const detail = `${drive} cannot be told its ${untold.join(' and ')}, so it cannot keep time with others; sync none moves it all the same.`;
  return { drive, code: 'unsupported', detail };
}

/** A position that still lacks its reference says nothing of the way to a target. */
function positionOf({ description, state }: DriveEntry): number | 'notHomed' | null {
  const isLost = description?.axis.homingRequired === true && state?.homed !== true;
  return isLost ? 'notHomed' : (state?.position ?? null);
}

export const ALL_TELLABLE: Tellable = ['velocity', 'acceleration', 'deceleration'];

interface Way {
  readonly target: number;
  readonly distance: number;
  readonly override: number;
}

function axisOf(
  { drive, axis, epoch, tellable = ALL_TELLABLE }: DriveDescription,
  { target, distance, override }: Way,
): Axis {
  const { maxAcceleration, resolution } = axis;
  const maxVelocity = axis.maxVelocity * override;
  // Less than half a count is no way at all: the drive would be told the position it already has.
  const way = Math.abs(distance) < resolution / 2 ? 0 : distance;
  const demand = { drive, distance: way, maxVelocity, maxAcceleration, maxDeceleration: maxAcceleration };
  return { member: { target, epoch, override, tellable }, demand, steps: { resolution, maxVelocity } };
}

const excess = (value: number, [low, high]: readonly [number, number]): number =>
  Math.max(low - value, value - high, 0);

/** Beyond the range, unless it leads back towards it: an axis found outside must be able to come home. */
const isOutside = (target: number, position: number, range: readonly [number, number]): boolean =>
  excess(target, range) > 0 && excess(target, range) >= excess(position, range);

/** Farther out of its range than it is already. */
export const isFartherOut = ({ target, position }: Going, { axis }: DriveDescription): boolean =>
  excess(target, axis.range) > excess(position, axis.range);

const scaled = (axis: Axis, velocityScale: number): Axis => ({
  ...axis,
  demand: { ...axis.demand, maxVelocity: axis.demand.maxVelocity * velocityScale },
  steps: { ...axis.steps, maxVelocity: axis.steps.maxVelocity * velocityScale },
});

type Synchronised =
  { readonly ok: true; readonly quantised: QuantisedPlan } | { readonly ok: false; readonly problem: Problem };

function synchronised(move: GroupMove, axes: readonly Axis[], starts: Starts): Synchronised {
  const sync = move.sync ?? 'phase';
  const fastest = synchronise(
    axes.map(({ demand }) => demand),
    sync,
  );
  const wantedS = move.durationMs === undefined ? null : move.durationMs / 1000;
  const plan = wantedS === null || fastest.durationS === 0 ? fastest : withDuration(fastest, wantedS);
  if (plan === null) return { ok: false, problem: tooShort(fastest.durationS * 1000, move.durationMs ?? 0) };
  const steps = new Map(axes.map((axis) => [axis.demand.drive, axis.steps]));
  const moving = axes.filter(({ demand }) => demand.distance !== 0).map(({ demand }) => demand.drive);
  const offsetsMs = startOffsetsMs(moving, starts);
  const quantised = quantise(plan, {
    // Every axis of the plan came from this map.
    stepsOf: (drive) => steps.get(drive) ?? { resolution: 1, maxVelocity: 1 },
    together: sync !== 'none',
    startsAtS: (drive) => (offsetsMs.get(drive) ?? 0) / 1000,
  });
  return { ok: true, quantised };
}

function tooShort(shortestMs: number, wantedMs: number): Problem {
  const limit = Math.ceil(shortestMs);
  return problem('durationInfeasible', `The move takes at least ${limit} ms; ${wantedMs} ms were asked.`, {
    limit,
    actual: wantedMs,
  });
}

/** One refusal for the whole group; `errors` has a line for each member that cannot take part. */
export function memberProblem(group: string, refusals: readonly MemberRefusal[]): Problem {
  const reasons = refusals.map(({ detail }) => detail).join(' ');
  return problem('memberRefused', `Group ${group} does not move: ${reasons}`, {
    errors: refusals.map(({ drive, code, detail }) => ({ path: `targets.${drive}`, detail, drive, code })),
  });
}
