/** One axis from rest to rest. Axis units, seconds; everything positive but `distance`, whose sign is the direction. */
export interface Trapezoid {
  readonly distance: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** k = 1/A + 1/B: what both ramps cost (motion reference, 5.3). */
const rampCost = ({ acceleration, deceleration }: Ramps): number => 1 / acceleration + 1 / deceleration;
type Ramps = Pick<Trapezoid, 'acceleration' | 'deceleration'>;

/** How fast the axis really gets: a short move turns round on the ramp before it reaches its velocity. */
export function peakVelocity(move: Trapezoid): number {
  return Math.min(move.velocity, Math.sqrt((2 * Math.abs(move.distance)) / rampCost(move)));
}

/** T = D/v + v*k/2, in seconds. */
export function durationS(move: Trapezoid): number {
  if (move.distance === 0) return 0;
  const peak = peakVelocity(move);
  return Math.abs(move.distance) / peak + (peak * rampCost(move)) / 2;
}

/**
 * The velocity that makes the move last `wantedS` with its ramps as they are. A wish shorter than the ramps allow gives
 * the velocity of the shortest move. The form (T + sqrt) keeps all digits; the textbook's (T - sqrt)/k cancels (5.6).
 */
export function velocityFor(move: Omit<Trapezoid, 'velocity'>, wantedS: number): number {
  const distance = Math.abs(move.distance);
  const underRoot = Math.max(0, wantedS ** 2 - 2 * rampCost(move) * distance);
  return (2 * distance) / (wantedS + Math.sqrt(underRoot));
}
