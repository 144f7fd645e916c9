import {
  problem,
  type GroupMovePath,
  type PathPoint,
  type PathSegment,
  type Problem,
} from '../../../contracts/index.ts';
import {
  apartProblem,
  memberProblem,
  isFartherOut,
  readyMember,
  startProblem,
  type MemberRefusal,
  type Members,
  type Ready,
} from '../move-plan.ts';
import { startOffsetsMs } from '../start-order.ts';
import { courseThrough, type Course as Courses } from './course.ts';
import { extremesOf, type Curve } from './curve.ts';
import { latenessMs, expectedDeviation, paceOf, type Pace } from './pace.ts';
import type { Course } from './setpoint.ts';
import { planStops, type StopPlan } from './plan-stops.ts';
import { segmentOf, segmentOfMove } from './segment.ts';

/** One member on its path. */
export interface PathAxis {
  readonly drive: string;
  readonly epoch: string;
  /** Share of every velocity asked that the drive will take. */
  readonly override: number;
  /** Where it is to rest in the end. */
  readonly goal: number;
  readonly segments: readonly PathSegment[];
  readonly pathTolerance: number;
  /** Null leaves it to the drive's own. */
  readonly goalTolerance: number | null;
}

export interface BlendingAxis extends PathAxis, Course {
  readonly expectedDeviation: number;
  /** Its set-points are this far into the path, and one interval from each other. */
  readonly pace: Pace;
}

interface Common {
  readonly reason: string | null;
  readonly goalTimeToleranceMs: number;
  /** Milliseconds since 1970; null starts as soon as all are armed. */
  readonly startAtUnixMs: number | null;
  readonly expectedStartSkewMs: number;
}

export interface BlendingPlan extends Common {
  readonly mode: 'blending';
  readonly axes: readonly BlendingAxis[];
  /** When each point is passed. */
  readonly pointsS: readonly number[];
}

export interface StopAndGoPlan extends Common, StopPlan {
  readonly mode: 'stop-and-go';
  readonly axes: readonly PathAxis[];
  /** When each point would be reached if stopping took no time. */
  readonly pointsS: readonly number[];
}

export type PathPlan = BlendingPlan | StopAndGoPlan;

export type PlannedPath =
  { readonly ok: true; readonly plan: PathPlan } | { readonly ok: false; readonly problem: Problem };

const GOAL_TIME_MS = 2000;

interface Member extends Ready {
  readonly drive: string;
}

/** Checks the whole path before anything moves: members, positions, velocities, accelerations, and what the lines can carry. */
export function planPath(asked: GroupMovePath, members: Members): PlannedPath {
  const early = strangersProblem(asked, members) ?? startProblem(asked, members);
  if (early !== null) return { ok: false, problem: early };
  const ready = asked.drives.map((drive) => withName(drive, readyMember(drive, members)));
  const refusals = ready.filter((each) => 'code' in each);
  if (refusals.length > 0) return { ok: false, problem: memberProblem(members.group, refusals) };
  const axes = ready.filter((each) => 'description' in each);
  const { points, refusals: elsewhere } = withoutBeginning(asked, axes);
  if (elsewhere.length > 0) return { ok: false, problem: memberProblem(members.group, elsewhere) };
  const courses = courseThrough(axes.map(limitsOf), points, asked.velocityScale ?? 1);
  if (courses === null) return { ok: false, problem: standingProblem() };
  return assemble({ asked, members, axes, courses, points });
}

function withName(drive: string, ready: Ready | MemberRefusal): Member | MemberRefusal {
  if ('code' in ready) return ready;
  const { path } = ready.description;
  if (path?.mode !== 'none') return { ...ready, drive };
  return { drive, code: 'unsupported', detail: `${drive} follows no path: ${path.reason}.` };
}

function strangersProblem({ drives }: GroupMovePath, { group, entries }: Members): Problem | null {
  const strangers = drives.filter((drive) => !entries.has(drive));
  if (strangers.length === 0) return null;
  const detail = `expected members of the group: ${[...entries.keys()].join(', ')}`;
  return problem('invalidValue', `${strangers.join(', ')} does not belong to group ${group}.`, {
    errors: [{ path: 'drives', detail }],
  });
}

const standingProblem = (): Problem =>
  problem('invalidValue', 'Two points of a path without times lie in the same place; give each a timeFromStartMs.', {
    errors: [{ path: 'points', detail: 'expected a way from each point to the next' }],
  });

const limitsOf = ({ description, position, override }: Member) => ({
  position,
  maxVelocity: description.axis.maxVelocity * override,
  maxAcceleration: description.axis.maxAcceleration,
});

/** A first point at time 0, or without a time in the same place, says where the members are: they must be there. */
function withoutBeginning(
  { points, pathTolerance = {} }: GroupMovePath,
  axes: readonly Member[],
): { readonly points: readonly PathPoint[]; readonly refusals: readonly MemberRefusal[] } {
  const [first, ...others] = points;
  const way = (at: number): number => Math.abs((first?.positions[at] ?? 0) - (axes[at]?.position ?? 0));
  const isHere = axes.every(({ description }, at) => way(at) < description.axis.resolution);
  const isBeginning = first?.timeFromStartMs === 0 || (first?.timeFromStartMs === undefined && isHere);
  if (first === undefined || others.length === 0 || !isBeginning) return { points, refusals: [] };
  const refusals = axes.flatMap(({ drive, position, description }, at): MemberRefusal[] => {
    const [low, high] = description.axis.range;
    if (way(at) <= (pathTolerance[drive] ?? (high - low) * NEAR_SHARE)) return [];
    const detail = `${drive} is at ${position} ${description.axis.unit}, but the path begins at ${first.positions[at]}.`;
    return [{ drive, code: 'invalidValue', detail }];
  });
  return { points: others, refusals };
}

/** Of the range of an axis: as near to the first point as readings and rounding let it be. */
const NEAR_SHARE = 0.001;

/** But for rounding. */
const SLACK = 1 + 1e-9;

/** What one axis would be asked that it may not do; at points where all stop anyway they go as fast as they can. */
function limitRefusal(member: Member, curve: Curve, points: number): MemberRefusal | null {
  const { drive, description, position } = member;
  const { unit } = description.axis;
  const { maxVelocity, maxAcceleration } = limitsOf(member);
  for (const [index, stretch] of curve.entries()) {
    const { lowest, highest, velocity, acceleration } = extremesOf(stretch);
    const place = `on its way to point ${index + 1} of ${points}`;
    const refuse = (code: string, what: string): MemberRefusal => ({
      drive,
      code,
      detail: `${drive} ${place}: ${what}.`,
    });
    const outside = [lowest, highest].find((target) => isFartherOut({ target, position }, description));
    if (outside !== undefined) {
      const [low, high] = description.axis.range;
      return refuse('softLimit', `${rounded(outside)} ${unit}, its range is ${low} to ${high} ${unit}`);
    }
    if (velocity > maxVelocity * SLACK) {
      return refuse('velocity', `${rounded(velocity)} ${unit}/s, at most ${rounded(maxVelocity)}; give it more time`);
    }
    if (acceleration > maxAcceleration * SLACK) {
      const most = rounded(maxAcceleration);
      return refuse('acceleration', `${rounded(acceleration)} ${unit}/s2, at most ${most}; give it more time`);
    }
  }
  return null;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

interface Assembly {
  readonly asked: GroupMovePath;
  readonly members: Members;
  readonly axes: readonly Member[];
  readonly courses: Courses;
  readonly points: readonly PathPoint[];
}

function assemble(assembly: Assembly): PlannedPath {
  const { asked, members, axes, courses } = assembly;
  const { starts, group } = members;
  const moving = axes.filter((_, at) => hasWay(courses.curves[at] ?? []));
  const offsets = startOffsetsMs(
    moving.map(({ drive }) => drive),
    starts,
  );
  const plan = {
    reason: reasonToStop(moving),
    goalTimeToleranceMs: asked.goalTimeToleranceMs ?? GOAL_TIME_MS,
    startAtUnixMs: asked.startAt === undefined ? null : Date.parse(asked.startAt),
    expectedStartSkewMs: Math.max(0, ...offsets.values()),
  };
  const apart = apartProblem(plan, members);
  if (apart !== null) return { ok: false, problem: apart };
  if (plan.reason !== null) return stopping(assembly, plan);
  const pace = paceOf(
    moving.map(({ description }) => description),
    starts.lineOf,
  );
  const planned = axes.map((axis, at) => blendingAxis(axis, { curve: courses.curves[at] ?? [], asked, pace }));
  const refusals = axes.flatMap(
    (axis, at) => limitRefusal(axis, courses.curves[at] ?? [], courses.pointsS.length) ?? [],
  );
  const cut = planned.flatMap((axis) => deviationRefusal(axis, pace.everyS) ?? []);
  const wrong = refusals.length > 0 ? refusals : cut;
  if (wrong.length > 0) return { ok: false, problem: memberProblem(group, wrong) };
  return { ok: true, plan: { ...plan, mode: 'blending', axes: planned, pointsS: courses.pointsS } };
}

function stopping({ asked, members, axes, courses, points }: Assembly, plan: Common): PlannedPath {
  const stops = planStops({ asked, points, pointsS: courses.pointsS }, members);
  if (!stops.ok) return stops;
  const planned = axes.map((member) => stoppingAxis(member, stops.plan, asked));
  let pointsS = 0;
  const passed = stops.plan.stops.map(({ durationS }) => (pointsS += durationS));
  return { ok: true, plan: { ...plan, mode: 'stop-and-go', ...stops.plan, axes: planned, pointsS: passed } };
}

const hasWay = (curve: Curve): boolean => curve.some((stretch) => extremesOf(stretch).velocity > 0);

/** One member that must stop makes all stop: at each point they are together again. */
function reasonToStop(moving: readonly Member[]): string | null {
  const first = moving.find(({ description }) => description.path?.mode !== 'blending');
  if (first === undefined) return null;
  return `${first.drive}: ${first.description.path?.reason ?? 'whether it can blend is not known'}`;
}

interface OfAxis {
  readonly curve: Curve;
  readonly asked: GroupMovePath;
  readonly pace: ReturnType<typeof paceOf>;
}

function blendingAxis(member: Member, { curve, asked, pace }: OfAxis): BlendingAxis {
  const { drive, description } = member;
  const { everyS, firstS } = pace;
  const own = { everyS, firstS: firstS + (pace.offsetsS.get(drive) ?? 0), leadS: pace.leadS(description) };
  const segments = curve.map((stretch) => segmentOf(curve, stretch));
  const deviation = expectedDeviation(curve, own);
  const fastest = fastestOf(segments);
  const axis = axisOf(member, asked, { segments, leftToDrive: deviation + fastest * everyS });
  return {
    ...axis,
    curve,
    limits: limitsOf(member),
    resolution: description.axis.resolution,
    expectedDeviation: deviation,
    pace: { ...own, lateMs: latenessMs(everyS, { tolerance: axis.pathTolerance, fastest }) },
  };
}

function stoppingAxis(member: Member, { stops }: StopPlan, asked: GroupMovePath): PathAxis {
  const segments = stops.flatMap(({ axes }) => axes.filter(({ drive }) => drive === member.drive).map(segmentOfMove));
  return axisOf(member, asked, { segments, leftToDrive: 0 });
}

interface Planning {
  readonly segments: readonly PathSegment[];
  /** How far the plan itself lets the drive go off. */
  readonly leftToDrive: number;
}

function axisOf({ drive, description, override }: Member, asked: GroupMovePath, planning: Planning): PathAxis {
  const { segments, leftToDrive } = planning;
  const at = asked.drives.indexOf(drive);
  return {
    drive,
    epoch: description.epoch,
    override,
    goal: asked.points.at(-1)?.positions[at] ?? 0,
    segments,
    pathTolerance: asked.pathTolerance?.[drive] ?? leftToDrive + fastestOf(segments) * READING_S,
    goalTolerance: asked.goalTolerance?.[drive] ?? null,
  };
}

const fastestOf = (segments: readonly PathSegment[]): number =>
  Math.max(0, ...segments.map(({ peakVelocity }) => peakVelocity));

/** A reading and the start it is compared with may be this far from each other. */
const READING_S = 0.05;

function deviationRefusal(axis: BlendingAxis, everyS: number): MemberRefusal | null {
  const { drive, expectedDeviation: expected, pathTolerance } = axis;
  if (expected <= pathTolerance) return null;
  const detail = `${drive} gets a new target every ${Math.ceil(everyS * 1000)} ms and would leave the plan by ${rounded(expected)} in between; its path tolerance is ${pathTolerance}.`;
  return { drive, code: 'pathTolerance', detail };
}
