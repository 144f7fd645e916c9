import type { PathSegment } from '../../../contracts/index.ts';
import type { QuantisedAxis } from '../quantise.ts';
import { peakVelocity } from '../trapezoid.ts';
import { extremesOf, motionAt, type Curve } from './curve.ts';

const rounded = (value: number): number => Number(value.toFixed(4));

/** What a stretch of a curve asks of its axis. */
export function segmentOf(curve: Curve, stretch: Curve[number]): PathSegment {
  const { velocity, acceleration } = extremesOf(stretch);
  const { fromS, durationS, position } = stretch;
  return {
    durationMs: Math.round(durationS * 1000),
    distance: rounded(motionAt(curve, fromS + durationS).position - position),
    peakVelocity: rounded(velocity),
    peakAcceleration: rounded(acceleration),
  };
}

/** What a move from rest to rest asks of its axis. */
export function segmentOfMove(axis: QuantisedAxis): PathSegment {
  const isStanding = axis.distance === 0;
  return {
    durationMs: Math.round(axis.durationS * 1000),
    distance: rounded(axis.distance),
    peakVelocity: isStanding ? 0 : rounded(peakVelocity(axis)),
    peakAcceleration: isStanding ? 0 : rounded(Math.max(axis.acceleration, axis.deceleration)),
  };
}
