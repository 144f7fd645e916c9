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
  /** Signed, axis units/s: as fast as the axis may be at that moment; 0 at rest. */
  readonly runningVelocity: number;
}

/**
 * How far a jog goes at the most after its last accepted renewal, in either direction, axis units: v (ttl + L) + v^2 / 2B
 * (motion reference 7.4). It is no hope but the distance of the target that the drive is given: client, network, broker
 * and this process may all die, and the drive stops there by itself. Out of a higher speed, or the other direction, it
 * brakes first.
 */
export function jogOvertravel(request: JogRequest): number {
  const { velocity, deceleration, runningVelocity } = request;
  if (!isReversal(request)) return onward(request);
  const running = Math.abs(runningVelocity);
  const late = (running * LATENCY_MS) / 1000;
  const there = late + stoppingDistance(running, deceleration);
  return Math.max(there, late + onward({ ...request, runningVelocity: velocity }));
}

/**
 * The rolling target of a jog: so far ahead of the last reading that the axis need not come back to it, and never beyond
 * the range. Null where there is no way left in that direction.
 */
export function jogTarget(from: AxisUnits, request: JogRequest, range: readonly [number, number]): AxisUnits | null {
  const { velocity, deceleration, runningVelocity } = request;
  const way = Math.sign(velocity);
  const limit = way > 0 ? range[1] : range[0];
  if (way * (limit - from) <= 0) return null;
  // where it will have turned round
  const turn = isReversal(request) ? stoppingDistance(runningVelocity, deceleration) : 0;
  const target = from + way * (onward({ ...request, runningVelocity: turn > 0 ? velocity : runningVelocity }) - turn);
  return AxisUnits(way > 0 ? Math.min(target, limit) : Math.max(target, limit));
}

const isReversal = ({ velocity, runningVelocity }: JogRequest): boolean => velocity * runningVelocity < 0;

/** In the direction that it has already: at the higher speed until the drive has its new target, then down to the lower. */
function onward({ velocity, deceleration, ttlMs, runningVelocity }: JogRequest): number {
  const top = Math.max(Math.abs(velocity), Math.abs(runningVelocity));
  return (Math.abs(velocity) * ttlMs + top * LATENCY_MS) / 1000 + stoppingDistance(top, deceleration);
}
