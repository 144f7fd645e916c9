import { exactly, isCertainlyTrue, type Value } from '../../../../config/expressions/index.ts';
import type { AxisNow, Interlock } from '../../../../config/interlocks/index.ts';
import { problem, type Problem } from '../../../contracts/index.ts';
import { endS, motionAt, trapezoidCurve, type Curve } from './curve.ts';
import type { PathPlan, StopAndGoPlan } from './plan-path.ts';

/** What comes between two looks is so short a way that no zone lies in it. */
const LOOK_EVERY_S = 0.02;

interface Planned {
  readonly group: string;
  /** Of every member that has a way to go. */
  readonly courses: ReadonlyMap<string, Curve>;
  readonly interlocks: readonly Interlock[];
  /** Null while a drive is not known. */
  readonly now: (drive: string) => AxisNow | null;
}

/**
 * The first interlock that a path breaks by itself, wherever its drives are served: known before anything moves. Axes that
 * are no members count where they rest. What this cannot know, an axis that moves or an axis found in its zone, is asked of
 * the interlocks when a set-point is sent, as every set-point is.
 */
export function pathInterlockProblem(planned: Planned): Problem | null {
  const { courses, interlocks, now } = planned;
  const lastS = Math.max(0, ...[...courses.values()].map(endS));
  const isForeseeable = (drive: string): boolean => courses.has(drive) || now(drive)?.atRest === true;
  const rules = interlocks.filter(
    ({ drives }) => drives.some((drive) => courses.has(drive)) && drives.every(isForeseeable),
  );
  for (const rule of rules.filter((each) => isKept(each, 0, planned))) {
    for (let atS = LOOK_EVERY_S; atS < lastS; atS += LOOK_EVERY_S) {
      if (!isKept(rule, atS, planned)) return problem('interlock', forbiddenWords(rule, atS, planned));
    }
  }
  return null;
}

/** What every member does by the plan, from the beginning to the end. */
export function coursesOf(plan: PathPlan, positionOf: (drive: string) => number): ReadonlyMap<string, Curve> {
  const courses =
    plan.mode === 'blending'
      ? plan.axes.map(({ drive, curve }) => [drive, curve] as const)
      : plan.axes.map(({ drive }) => [drive, stopByStop(plan, drive, positionOf(drive))] as const);
  return new Map(courses.filter(([, curve]) => curve.length > 0));
}

/** One move behind the other; how long each stop takes to be proved is not known beforehand, and moves nobody. */
function stopByStop({ stops }: StopAndGoPlan, drive: string, from: number): Curve {
  let [position, fromS] = [from, 0];
  const course: Curve[] = [];
  for (const { axes, durationS } of stops) {
    const axis = axes.find((each) => each.drive === drive);
    if (axis === undefined) continue;
    const begunS = fromS;
    course.push(trapezoidCurve(position, axis).map((stretch) => ({ ...stretch, fromS: begunS + stretch.fromS })));
    position += axis.distance;
    fromS += durationS;
  }
  return course.flat();
}

const isKept = ({ must }: Interlock, atS: number, planned: Planned): boolean =>
  isCertainlyTrue(must, { name: () => null, reading: (drive, word) => readingAt(drive, word, { atS, ...planned }) });

function readingAt(
  drive: string,
  word: string,
  { atS, courses, now }: Pick<Planned, 'courses' | 'now'> & { readonly atS: number },
): Value {
  const curve = courses.get(drive);
  const seen = now(drive);
  if (word === 'position') return placeAt(curve, atS, seen);
  if (word === 'moving' && curve !== undefined) return atS > 0;
  return seen?.reading(word) ?? null;
}

function placeAt(curve: Curve | undefined, atS: number, seen: AxisNow | null): Value {
  if (curve !== undefined) return exactly(motionAt(curve, atS).position);
  return seen?.position == null ? null : exactly(seen.position);
}

function forbiddenWords({ id, words, drives }: Interlock, atS: number, { group, courses, now }: Planned): string {
  const places = drives.map((drive) => {
    const curve = courses.get(drive);
    const position = curve === undefined ? now(drive)?.position : motionAt(curve, atS).position;
    return `${drive} would be at ${position == null ? 'a place that is not known' : Number(position.toFixed(3))}`;
  });
  return `The path of ${group} is forbidden by ${id}: ${words}. ${Math.round(atS * 1000)} ms into it ${places.join(', ')}. Choose points that lead around, or bring the others out of the way first.`;
}
