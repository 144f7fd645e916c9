import { AxisUnits } from '../../../drivers/base/index.ts';
import { stoppingDistance } from './trapezoid.ts';

/**
 * From the acceptance of a renewal to the drive's new target: the request in flight, our own four frames, a reading that
 * is one poll old, a busy machine.
 */
const LATENCY_MS = 100;

export interface JogRequest {
  /** Signed, axis units/s. */
  readonly velocity: number;
  /** Axis units/s2. */
  readonly deceleration: number;
  readonly ttlMs: number;
}

/**
 * How far a jog goes at the most after its last accepted renewal, axis units: v (ttl + L) + v^2 / 2B (motion reference
 * 7.4). It is no hope but the distance of the target that the drive is given: client, network, broker and this process may
 * all die, and the drive stops there by itself.
 */
export function jogOvertravel({ velocity, deceleration, ttlMs }: JogRequest): number {
  const speed = Math.abs(velocity);
  return (speed * (ttlMs + LATENCY_MS)) / 1000 + stoppingDistance(speed, deceleration);
}

/**
 * The rolling target of a jog: so far ahead of the last reading, and never beyond the range. Null where there is no way
 * left in that direction.
 */
export function jogTarget(from: AxisUnits, request: JogRequest, range: readonly [number, number]): AxisUnits | null {
  const way = Math.sign(request.velocity);
  const limit = way > 0 ? range[1] : range[0];
  if (way * (limit - from) <= 0) return null;
  const target = from + way * jogOvertravel(request);
  return AxisUnits(way > 0 ? Math.min(target, limit) : Math.max(target, limit));
}
