import { exactly, type Interval } from '../expressions/index.ts';
import { ANYWHERE, around, hull, MOTION_COMMANDS, type AxisBounds } from './axis-now.ts';

/** What is asked of an axis, as far as it says where it will go. */
export interface MotionOrder {
  readonly command: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where it will come to rest, if its plan says so already. */
  readonly target?: number | null | undefined;
}

/** What moves an axis, and a halt that is gentler or steeper than the motion: it comes to rest somewhere else than that. */
export const needsPermission = ({ command, body }: MotionOrder): boolean =>
  MOTION_COMMANDS.has(command) || (command === 'halt' && numberIn(body, 'deceleration') !== null);

/** How it will brake, axis units/s2. */
export function decelerationOf({ body }: MotionOrder, { maxAcceleration }: AxisBounds): number {
  const asked = numberIn(body, 'deceleration') ?? numberIn(body, 'acceleration') ?? maxAcceleration;
  return asked > 0 ? Math.min(asked, maxAcceleration) : maxAcceleration;
}

/** Where it will come to rest, begun somewhere in `from`. Of a motion without an end only the direction is sure. */
export function targetOf(order: MotionOrder, from: Interval, bounds: AxisBounds): Interval {
  const { command, body, target } = order;
  if (target !== undefined && target !== null) return exactly(target);
  const asked = (name: string, by: string[]): number | null => (by.includes(command) ? numberIn(body, name) : null);
  const position = asked('position', ['move-absolute', 'arm']);
  if (position !== null) return exactly(position);
  const distance = asked('distance', ['move-relative']);
  if (distance !== null) return { lo: from.lo + distance, hi: from.hi + distance };
  const velocity = asked('velocity', ['move-velocity', 'jog']);
  if (velocity === null) return ANYWHERE;
  const end = exactly(bounds.range[velocity > 0 ? 1 : 0]);
  // one that is outside its range already
  return hull(end, from);
}

/** Every position that it may pass, and pass over by its tolerance at the end. */
export const sweepOf = (order: MotionOrder, from: Interval, bounds: AxisBounds): Interval =>
  order.command === 'halt' ? from : hull(from, around(targetOf(order, from, bounds), bounds.tolerance));

function numberIn(body: MotionOrder['body'], name: string): number | null {
  const value = body[name];
  return typeof value === 'number' ? value : null;
}
