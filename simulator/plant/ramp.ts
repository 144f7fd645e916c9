import type { Demand } from './servo.ts';

/** A stretch of constant acceleration from `fromMs` on. */
interface Piece {
  readonly fromMs: number;
  readonly position: number;
  readonly velocity: number;
  /** counts/s^2, signed */
  readonly acceleration: number;
}

/** A course in closed form: exact at any instant, however often or seldom it is asked. */
export interface Ramp {
  readonly pieces: readonly Piece[];
  /** Instant at which it stands still; Infinity when it goes on for ever. */
  readonly endMs: number;
}

/** Magnitudes: counts/s and counts/s^2. */
export interface RampLimits {
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** Where a course begins. */
export interface Origin extends Demand {
  readonly atMs: number;
}

export function standAt(position: number, atMs: number): Ramp {
  return { pieces: [{ fromMs: atMs, position, velocity: 0, acceleration: 0 }], endMs: atMs };
}

/** What the ramp demands at `atMs`; before its beginning, its beginning. */
export function sampleRamp(ramp: Ramp, atMs: number): Demand {
  let piece = ramp.pieces[0] as Piece;
  for (const next of ramp.pieces) {
    if (next.fromMs > atMs) break;
    piece = next;
  }
  const seconds = Math.max(0, atMs - piece.fromMs) / 1000;
  return {
    position: piece.position + (piece.velocity + (piece.acceleration * seconds) / 2) * seconds,
    velocity: piece.velocity + piece.acceleration * seconds,
  };
}

/** Brakes to a stand. */
export function planStop(origin: Origin, deceleration: number): Ramp {
  return planVelocity(origin, 0, { acceleration: deceleration, deceleration });
}

/** Goes over to `velocity` (signed) and keeps it. */
export function planVelocity(origin: Origin, velocity: number, limits: Omit<RampLimits, 'velocity'>): Ramp {
  const course = startCourse(origin);
  const reverses = origin.velocity * velocity < 0;
  if (reverses) course.changeTo(0, limits.deceleration);
  const speedsUp = Math.abs(velocity) > Math.abs(reverses ? 0 : origin.velocity);
  course.changeTo(velocity, speedsUp ? limits.acceleration : limits.deceleration);
  return course.end(velocity === 0 ? null : Infinity);
}

/** Goes to `target` and stands there exactly, from any velocity: beyond its braking distance it comes back. */
export function planMove(origin: Origin, target: number, limits: RampLimits): Ramp {
  const { acceleration, deceleration } = limits;
  const stopsAt = origin.position + (origin.velocity * Math.abs(origin.velocity)) / (2 * deceleration);
  const way = Math.sign(target - stopsAt);
  if (limits.velocity <= 0 || way === 0) return planStop(origin, deceleration);
  const course = startCourse(origin);
  if (origin.velocity * way < 0) course.changeTo(0, deceleration);
  if (origin.velocity * way > limits.velocity) course.changeTo(way * limits.velocity, deceleration);
  const distance = way * (target - course.position());
  const speed = Math.abs(course.velocity());
  // highest speed from which it can still brake: distance = (p^2 - v^2) / 2A + p^2 / 2D
  const peak = Math.sqrt(
    Math.max(
      0,
      (2 * acceleration * deceleration * distance + deceleration * speed ** 2) / (acceleration + deceleration),
    ),
  );
  const top = Math.max(speed, Math.min(peak, limits.velocity));
  course.changeTo(way * top, acceleration);
  if (top > 0) course.cruise(way * (target - course.position()) - top ** 2 / (2 * deceleration));
  course.changeTo(0, deceleration);
  return course.end(null, target);
}

interface Course {
  position(): number;
  velocity(): number;
  changeTo(velocity: number, acceleration: number): void;
  /** Keeps the velocity for a distance along the way; nothing when it is not positive. */
  cruise(distance: number): void;
  end(endMs: number | null, exactPosition?: number): Ramp;
}

function startCourse(origin: Origin): Course {
  const pieces: Piece[] = [];
  let { atMs, position, velocity } = origin;

  function run(acceleration: number, seconds: number): void {
    pieces.push({ fromMs: atMs, position, velocity, acceleration });
    position += (velocity + (acceleration * seconds) / 2) * seconds;
    velocity += acceleration * seconds;
    atMs += seconds * 1000;
  }
  return {
    position: () => position,
    velocity: () => velocity,
    changeTo(wanted, acceleration) {
      const change = wanted - velocity;
      if (change === 0) return;
      run(Math.sign(change) * acceleration, Math.abs(change) / acceleration);
      velocity = wanted;
    },
    cruise(distance) {
      if (distance > 0) run(0, distance / Math.abs(velocity));
    },
    end(endMs, exactPosition = position) {
      pieces.push({ fromMs: atMs, position: exactPosition, velocity, acceleration: 0 });
      return { pieces, endMs: endMs ?? atMs };
    },
  };
}
