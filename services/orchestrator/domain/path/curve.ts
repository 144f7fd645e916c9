/** A stretch of one axis, cubic in time: all values at its beginning, the jerk throughout. Axis units, seconds. */
interface Stretch {
  readonly fromS: number;
  readonly durationS: number;
  readonly position: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly jerk: number;
}

/** The course of one axis, without gaps; it is at rest before and after. */
export type Curve = readonly Stretch[];

/** Where an axis is and how fast it is there. */
export interface Motion {
  readonly position: number;
  readonly velocity: number;
}

/** How far a stretch of a course goes and what it asks at the most; the last two are magnitudes. */
export interface Extremes {
  readonly lowest: number;
  readonly highest: number;
  readonly velocity: number;
  readonly acceleration: number;
}

/** The cubic from one motion to another in a given time. */
export function hermite(from: Motion, to: Motion, { fromS, durationS }: Pick<Stretch, 'fromS' | 'durationS'>): Stretch {
  const way = to.position - from.position;
  return {
    fromS,
    durationS,
    position: from.position,
    velocity: from.velocity,
    acceleration: (6 * way) / durationS ** 2 - (4 * from.velocity + 2 * to.velocity) / durationS,
    jerk: (6 * (from.velocity + to.velocity)) / durationS ** 2 - (12 * way) / durationS ** 3,
  };
}

/** Far below the step of any drive: the end of a cubic is the point that was given, not 4e-16 beyond the range. */
const DECIMALS = 9;
const withoutRounding = (position: number): number => Number(position.toFixed(DECIMALS));

const inside = ({ position, velocity, acceleration, jerk }: Stretch, s: number): Motion => ({
  position: withoutRounding(position + s * (velocity + s * (acceleration / 2 + (s * jerk) / 6))),
  velocity: velocity + s * (acceleration + (s * jerk) / 2),
});

export const endS = (curve: Curve): number => {
  const last = curve.at(-1);
  return last === undefined ? 0 : last.fromS + last.durationS;
};

/** Where the axis is at an instant of the course. */
export function motionAt(curve: Curve, atS: number): Motion {
  const stretch = curve.findLast(({ fromS }) => fromS <= atS) ?? curve[0];
  if (stretch === undefined) throw new Error('a course has at least one stretch');
  const s = Math.min(Math.max(0, atS - stretch.fromS), stretch.durationS);
  const { position, velocity } = inside(stretch, s);
  const isOnTheWay = atS > stretch.fromS - ROUNDING_S && atS < stretch.fromS + stretch.durationS;
  return { position, velocity: isOnTheWay ? velocity : 0 };
}

/** What falls on an end of a stretch, but for rounding. */
const ROUNDING_S = 1e-9;

/** Instants within a stretch, from its beginning, at which its velocity is 0. */
function turnsOf({ velocity, acceleration, jerk, durationS }: Stretch): readonly number[] {
  const roots = Math.abs(jerk) < 1e-12 ? [-velocity / acceleration] : quadraticRoots(jerk / 2, acceleration, velocity);
  return roots.filter((root) => root > ROUNDING_S && root < durationS - ROUNDING_S).toSorted((a, b) => a - b);
}

/** The form that loses no digits where b is much greater than the root. */
function quadraticRoots(a: number, b: number, c: number): readonly number[] {
  const underRoot = b ** 2 - 4 * a * c;
  if (underRoot < 0) return [];
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(underRoot)) / 2;
  return [q / a, c / q];
}

export function extremesOf(stretch: Stretch): Extremes {
  const { durationS, acceleration, jerk } = stretch;
  const steepestS = -acceleration / jerk;
  const isInside = steepestS > 0 && steepestS < durationS;
  const places = [0, ...turnsOf(stretch), durationS].map((s) => inside(stretch, s).position);
  const speeds = [0, durationS, ...(isInside ? [steepestS] : [])].map((s) => Math.abs(inside(stretch, s).velocity));
  return {
    lowest: Math.min(...places),
    highest: Math.max(...places),
    velocity: Math.max(...speeds),
    acceleration: Math.max(Math.abs(acceleration), Math.abs(acceleration + jerk * durationS)),
  };
}

/** How far the axis goes on in one direction (1 or -1) from an instant on before it rests or turns round. */
export function farthestFrom(curve: Curve, fromS: number, way: number): number {
  let { position } = motionAt(curve, fromS);
  for (const stretch of curve) {
    const sinceS = fromS - stretch.fromS;
    if (sinceS >= stretch.durationS - ROUNDING_S) continue;
    const turns = [...turnsOf(stretch), stretch.durationS].filter((turn) => turn > Math.max(0, sinceS) + ROUNDING_S);
    for (const turn of turns) {
      const there = inside(stretch, turn).position;
      if (way * (there - position) <= 0) return position;
      position = there;
      if (turn < stretch.durationS) return position;
    }
    if (way * inside(stretch, stretch.durationS).velocity <= 0) return position;
  }
  return position;
}

/** A move from rest to rest as a drive runs it: a ramp up, a way at its velocity, a ramp down. */
export function trapezoidCurve(
  from: number,
  move: {
    readonly distance: number;
    readonly velocity: number;
    readonly acceleration: number;
    readonly deceleration: number;
  },
): Curve {
  const way = Math.sign(move.distance);
  const { acceleration, deceleration } = move;
  const top = Math.min(move.velocity, Math.sqrt((2 * Math.abs(move.distance)) / (1 / acceleration + 1 / deceleration)));
  const ramps = top ** 2 / (2 * acceleration) + top ** 2 / (2 * deceleration);
  const phases = [
    { durationS: top / acceleration, acceleration: way * acceleration },
    { durationS: top === 0 ? 0 : (Math.abs(move.distance) - ramps) / top, acceleration: 0 },
    { durationS: top / deceleration, acceleration: -way * deceleration },
  ];
  const curve: Stretch[] = [];
  let [fromS, motion]: [number, Motion] = [0, { position: from, velocity: 0 }];
  for (const phase of phases) {
    const stretch = { fromS, ...motion, ...phase, jerk: 0 };
    curve.push(stretch);
    fromS += phase.durationS;
    motion = inside(stretch, phase.durationS);
  }
  return curve;
}
