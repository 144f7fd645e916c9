/** Rest to rest, all positive: axis units, per second, per second squared. */
export interface TrapezoidRequest {
  readonly distance: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

export interface Trapezoid {
  /** Greatest velocity really reached; below the asked one on short moves (triangle). */
  readonly peakVelocity: number;
  readonly accelerationMs: number;
  readonly cruiseMs: number;
  readonly decelerationMs: number;
  readonly durationMs: number;
}

/** Motion reference 5.3: v_p = min(V, sqrt(2D/k)), T = D/v_p + v_p k/2, with k = 1/A + 1/B. */
export function planTrapezoid(request: TrapezoidRequest): Trapezoid {
  const { distance, velocity, acceleration, deceleration } = request;
  if (distance === 0) return { peakVelocity: 0, accelerationMs: 0, cruiseMs: 0, decelerationMs: 0, durationMs: 0 };
  const k = 1 / acceleration + 1 / deceleration;
  const peakVelocity = Math.min(velocity, Math.sqrt((2 * distance) / k));
  const accelerationMs = (1000 * peakVelocity) / acceleration;
  const decelerationMs = (1000 * peakVelocity) / deceleration;
  const cruiseMs = Math.max(0, (1000 * distance) / peakVelocity - (accelerationMs + decelerationMs) / 2);
  return {
    peakVelocity,
    accelerationMs,
    cruiseMs,
    decelerationMs,
    durationMs: accelerationMs + cruiseMs + decelerationMs,
  };
}

/** How far a moving axis still goes once it decelerates. */
export function stoppingDistance(velocity: number, deceleration: number): number {
  return velocity ** 2 / (2 * deceleration);
}

/** A motion that begins while another one runs. Axis units; `distance` and `initialVelocity` are signed. */
export interface TakeOver extends TrapezoidRequest {
  readonly initialVelocity: number;
}

/**
 * How long such a motion takes at the most: whatever cannot stop before its target goes beyond it, or the wrong way first,
 * and comes back; whatever can is there no later than from rest.
 */
export function takeOverMs({ initialVelocity, distance, ...ramp }: TakeOver): number {
  const way = Math.sign(initialVelocity) * stoppingDistance(initialVelocity, ramp.deceleration);
  const stopsBefore = Math.sign(distance) * way >= 0 && Math.abs(way) <= Math.abs(distance);
  if (stopsBefore) return planTrapezoid({ ...ramp, distance: Math.abs(distance) }).durationMs;
  const brakingMs = (1000 * Math.abs(initialVelocity)) / ramp.deceleration;
  return brakingMs + planTrapezoid({ ...ramp, distance: Math.abs(distance - way) }).durationMs;
}

/** How far a ramp up, a cruise until `durationMs` and a ramp down go; the ramp down begins at `durationMs`. */
export function distanceInTime(request: Omit<TrapezoidRequest, 'distance'>, durationMs: number): number {
  const seconds = durationMs / 1000;
  const reached = Math.min(request.velocity, request.acceleration * seconds);
  const rampUpSeconds = reached / request.acceleration;
  return reached * (seconds - rampUpSeconds / 2) + stoppingDistance(reached, request.deceleration);
}
