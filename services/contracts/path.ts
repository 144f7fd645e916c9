import { z } from 'zod';
import { Distance, Id, Position, SignedVelocity } from './words.ts';

/** One point of a path: the values of all its drives, in their order. */
export const PathPoint = z
  .strictObject({
    positions: z.array(Position).min(1),
    velocities: z
      .array(SignedVelocity)
      .min(1)
      .optional()
      .describe('With which it is passed; 0 at the last. Left out: so that no axis goes beyond a point'),
    timeFromStartMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .optional()
      .describe(
        'When it is passed; a point at 0 is where the drives are. Left out: as soon as the velocities, or the limits of the axes, allow',
      )
      .meta({ 'x-unit': 'ms' }),
  })
  .meta({ id: 'PathPoint' });
export type PathPoint = z.infer<typeof PathPoint>;

interface Points {
  readonly drives: readonly string[];
  readonly points: readonly PathPoint[];
}

type Report = (path: readonly PropertyKey[], message: string) => void;

/** What one point alone cannot show: as many values as drives, all or none with a time, and each later than the one before. */
export function pointsProblem({ drives, points }: Points, context: z.RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  for (const index of points.keys()) pointProblem({ drives, points }, index, report);
  const last = points.length - 1;
  if (points[last]?.velocities?.some((velocity) => velocity !== 0) === true) {
    report(['points', last, 'velocities'], 'expected 0 for each drive: a path ends at rest');
  }
  if (new Set(drives).size < drives.length) report(['drives'], 'expected every drive once');
}

function pointProblem({ drives, points }: Points, index: number, report: Report): void {
  const [first, before, point] = [points[0], points[index - 1], points[index]];
  if (first === undefined || point === undefined) return;
  const at = (field: keyof PathPoint): readonly PropertyKey[] => ['points', index, field];
  for (const field of ['positions', 'velocities'] as const) {
    const isWhole = point[field] === undefined || point[field].length === drives.length;
    if (!isWhole) report(at(field), `expected ${drives.length} values, one for each drive`);
  }
  for (const field of ['velocities', 'timeFromStartMs'] as const) {
    const isLike = (point[field] === undefined) === (first[field] === undefined);
    if (!isLike) report(at(field), 'expected in every point or in none');
  }
  if (!isLater(point, before)) report(at('timeFromStartMs'), 'expected a time after that of the point before');
}

const isLater = ({ timeFromStartMs = Infinity }: PathPoint, before: PathPoint | undefined): boolean =>
  timeFromStartMs > (before?.timeFromStartMs ?? -1);

/** How a drive goes through the points of a path. */
export const PathMode = z.enum(['blending', 'stop-and-go', 'none']);
export type PathMode = z.infer<typeof PathMode>;

const ms = z.number().meta({ 'x-unit': 'ms' });

export const PathSegment = z
  .strictObject({
    durationMs: ms,
    distance: Distance,
    peakVelocity: z.number().meta({ 'x-unit': 'axis unit/s' }),
    peakAcceleration: z.number().meta({ 'x-unit': 'axis unit/s2' }),
  })
  .meta({ id: 'PathSegment' });
export type PathSegment = z.infer<typeof PathSegment>;

export const PathAxis = z
  .strictObject({
    drive: Id,
    segments: z.array(PathSegment).describe('From point to point, by the plan'),
    pathTolerance: z.number(),
    expectedDeviation: z.number().describe('From the plan, of a drive that does all set-points exactly and in time'),
    measuredDeviation: z.number().nullable().describe('Farthest of any reading until now; null before the first'),
    goalDeviation: z.number().nullable().describe('At rest at the end; null before that'),
  })
  .meta({ id: 'PathAxis' });

/** How a path is gone, and what came of it. */
export const PathReport = z
  .strictObject({
    mode: PathMode.exclude(['none']).describe('blending: through the points; stop-and-go: at rest at each of them'),
    reason: z.string().nullable().describe('Why it is stop-and-go; null where it is not'),
    isOnTime: z.boolean().describe('By the plan: false where stopping at the points takes longer than was asked'),
    setpointEveryMs: ms.nullable().describe('Each drive gets a new target so often; null in stop-and-go'),
    pointsPassed: z.int().nonnegative(),
    arrivedAfterMs: ms.nullable().describe('From the start to the last reading that showed a member come to rest'),
    axes: z.array(PathAxis),
  })
  .meta({ id: 'PathReport' });
export type PathReport = z.infer<typeof PathReport>;
