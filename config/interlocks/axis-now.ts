import { exactly, type Interval, type Value } from '../expressions/index.ts';

/** What an axis can do; axis units, seconds. */
export interface AxisBounds {
  readonly unit: string;
  readonly range: readonly [number, number];
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
  readonly tolerance: number;
  /** From the oldest sample that is still believed to the moment at which a halt that it causes begins to act. */
  readonly latencyS: number;
}

/** An axis as it was last seen; null is not known. */
export interface AxisNow {
  readonly position: number | null;
  readonly velocity: number | null;
  readonly moving: boolean | null;
  /** Where what is under way will end; null where nothing is under way that has an end of its own. */
  readonly headsFor: number | 'anywhere' | null;
  /** It is told to come to rest. */
  readonly isBraking: boolean;
  /** It stands, and nothing is under way or armed that will move it. */
  readonly atRest: boolean;
  /** Monotonic instant at which all of this was asked for. */
  readonly askedAtMs: number;
  /** Every other reading by its name. */
  readonly reading: (word: string) => Value;
}

/** What of a drive's state message counts here. */
export interface SeenState {
  readonly state: string;
  readonly position: number | null;
  readonly velocity: number | null;
  readonly moving: boolean | null;
  readonly homed: boolean | null;
  readonly target: number | null;
  readonly command: { readonly command: string } | null;
  readonly armed: object | null;
}

/** What moves an axis: each needs a permission. */
export const MOTION_COMMANDS: ReadonlySet<string> = new Set([
  'move-absolute',
  'move-relative',
  'move-velocity',
  'jog',
  'home',
  'arm',
]);
/** Begins what was permitted when it was armed. */
const TRIGGER = 'trigger';

/** Null while the state is not known: then nothing of it is. A position without a reference is none. */
export function axisNowOf(
  seen: SeenState | null,
  axis: { readonly homingRequired: boolean },
  askedAtMs: number,
): AxisNow | null {
  if (seen === null || seen.state === 'unknown') return null;
  const { velocity, moving, command, armed } = seen;
  return {
    position: axis.homingRequired && seen.homed !== true ? null : seen.position,
    velocity,
    moving,
    headsFor: goalOf(seen),
    isBraking: command?.command === 'halt' || seen.state === 'stopping',
    atRest: moving === false && command === null && armed === null,
    askedAtMs,
    reading: (word) => readingIn(seen, word),
  };
}

function goalOf({ command, target }: SeenState): AxisNow['headsFor'] {
  const isMotion = command !== null && (MOTION_COMMANDS.has(command.command) || command.command === TRIGGER);
  return isMotion ? (target ?? 'anywhere') : null;
}

function readingIn(seen: SeenState, word: string): Value {
  const value = (seen as unknown as Readonly<Record<string, unknown>>)[word];
  if (typeof value === 'number') return exactly(value);
  return typeof value === 'boolean' || (word === 'state' && typeof value === 'string') ? value : null;
}

export const ANYWHERE: Interval = { lo: -Infinity, hi: Infinity };

export const hull = (a: Interval, b: Interval): Interval => ({ lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });

export const around = (a: Interval, by: number): Interval => ({ lo: a.lo - by, hi: a.hi + by });

/** A ramp is rounded to what the drive can be told. */
const RAMP_AT_LEAST = 0.9;

/**
 * Where an axis can be until it rests, if it is told to halt now and brakes so: the sample may be as old as the latency, it
 * may have gone on accelerating meanwhile, and then needs v^2/2B to stop (motion reference 7.2).
 */
export function reachOf({ position, velocity, moving }: AxisNow, bounds: AxisBounds, deceleration: number): Interval {
  if (position === null || moving === null) return ANYWHERE;
  if (!moving) return exactly(position);
  const { maxVelocity, maxAcceleration, latencyS, tolerance } = bounds;
  const gained = maxAcceleration * latencyS;
  const way = (speed: number): number =>
    speed * latencyS + (gained * latencyS) / 2 + (speed + gained) ** 2 / (2 * RAMP_AT_LEAST * deceleration) + tolerance;
  const [down, up] = velocity === null ? [maxVelocity, maxVelocity] : [Math.max(0, -velocity), Math.max(0, velocity)];
  return { lo: position - way(down), hi: position + way(up) };
}

/** From the greatest speed; however fast it is when it is told, it needs no more. */
export const longestBraking = ({ maxVelocity }: AxisBounds, deceleration: number): number =>
  maxVelocity ** 2 / (2 * RAMP_AT_LEAST * deceleration);

/**
 * Everywhere that an axis may come without a permission that was given here: where it heads for, as far as that is known, and
 * where it comes to rest if it goes another way.
 */
export function strayOf(now: AxisNow, bounds: AxisBounds): Interval {
  const { position, velocity, moving, headsFor } = now;
  if (position === null || moving === null || headsFor === 'anywhere') return ANYWHERE;
  const reach = reachOf(now, bounds, bounds.maxAcceleration);
  if (headsFor === null) return reach;
  const way = hull(exactly(position), around(exactly(headsFor), bounds.tolerance));
  const isOnItsWay = !moving || (velocity !== null && velocity * (headsFor - position) >= 0);
  return isOnItsWay ? way : hull(reach, way);
}
