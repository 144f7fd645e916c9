import { AxisUnits, type Counts } from '../../../drivers/base/index.ts';
import { problem, type Problem } from '../../contracts/index.ts';
import { checkAcceleration, checkStopPoint, checkTarget, checkVelocity, violation, type AxisLimits } from './limits.ts';
import type { Scale } from './scale.ts';
import { stoppingDistance, takeOverMs } from './trapezoid.ts';

export interface MotionRequest {
  /** Where the motion begins; null when not known (then the range is not forgiving). */
  readonly from: AxisUnits | null;
  /** Axis units/s, signed: how fast it is there already; 0 for a motion that begins at rest. */
  readonly initialVelocity: number;
  readonly target: AxisUnits;
  /** Axis units/s; the sign is ignored. */
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** A motion as the drive will be told it, with what it means in the axis's frame. */
export interface MotionPlan {
  readonly setpoint: {
    readonly target: Counts;
    readonly velocity: number;
    readonly acceleration: number;
    readonly deceleration: number;
  };
  /** After quantisation. */
  readonly target: AxisUnits;
  readonly plannedDurationMs: number;
}

export type Planned<T> = { readonly ok: true; readonly plan: T } | { readonly ok: false; readonly problem: Problem };

interface AxisFrame {
  readonly scale: Scale;
  readonly limits: AxisLimits;
}

const overflow = (what: string, value: number, unit: string): Problem =>
  problem('registerOverflow', `The ${what} of ${value} ${unit} does not fit into the drive's register.`, {
    actual: value,
  });

/** Checks the request, quantises it, checks what it has become; nothing is ever clamped silently. */
export function planMotion(request: MotionRequest, frame: AxisFrame): Planned<MotionPlan> {
  const refused = checkRequest(request, frame.limits);
  if (refused !== null) return { ok: false, problem: refused };
  const quantised = quantise(request, frame);
  if (!quantised.ok) return quantised;
  const setpoint = quantised.plan;
  const target = frame.scale.toAxisUnits(setpoint.target);
  const real = {
    velocity: Math.abs(frame.scale.velocityToAxisUnits(setpoint.velocity)),
    acceleration: frame.scale.accelerationToAxisUnits(setpoint.acceleration),
    deceleration: frame.scale.accelerationToAxisUnits(setpoint.deceleration),
  };
  const { from, initialVelocity } = request;
  const coarse = checkRequest({ ...real, from, initialVelocity, target }, frame.limits);
  if (coarse !== null) return { ok: false, problem: coarse };
  const distance = target - (from ?? target);
  return {
    ok: true,
    plan: { setpoint, target, plannedDurationMs: takeOverMs({ ...real, distance, initialVelocity }) },
  };
}

function checkRequest(request: MotionRequest, limits: AxisLimits): Problem | null {
  return (
    checkTarget(request.target, request.from, limits) ??
    checkVelocity(request.velocity, limits) ??
    checkAcceleration(request.acceleration, limits) ??
    checkAcceleration(request.deceleration, limits) ??
    checkBraking(request, limits)
  );
}

/** As fast as it is there, it must come to rest inside the range with this deceleration. */
function checkBraking(
  { from, initialVelocity, deceleration }: Pick<MotionRequest, 'from' | 'initialVelocity' | 'deceleration'>,
  limits: AxisLimits,
): Problem | null {
  if (from === null || initialVelocity === 0) return null;
  const way = Math.sign(initialVelocity) * stoppingDistance(initialVelocity, deceleration);
  return checkStopPoint(AxisUnits(from + way), { from, deceleration }, limits);
}

function quantise(request: MotionRequest, frame: AxisFrame): Planned<MotionPlan['setpoint']> {
  const { scale, limits } = frame;
  const nearest = scale.toCounts(request.target);
  if (nearest === null) return { ok: false, problem: overflow('position', request.target, limits.unit) };
  const velocity = scale.velocityToCounts(Math.abs(request.velocity));
  if (velocity === null) return { ok: false, problem: overflow('velocity', request.velocity, `${limits.unit}/s`) };
  const acceleration = scale.accelerationToCounts(request.acceleration);
  const deceleration = scale.accelerationToCounts(request.deceleration);
  if (acceleration === null || deceleration === null) {
    const [what, value] =
      acceleration === null
        ? (['acceleration', request.acceleration] as const)
        : (['deceleration', request.deceleration] as const);
    return { ok: false, problem: overflow(what, value, `${limits.unit}/s2`) };
  }
  const target = insideRange(nearest, request.target, frame);
  return { ok: true, plan: { target, velocity: Math.abs(velocity), acceleration, deceleration } };
}

export interface HaltPlan {
  /** counts/s2 */
  readonly ramp: number;
  readonly plannedDurationMs: number;
}

/** A halt along a ramp that was asked for. */
export function planHalt(
  request: Pick<MotionRequest, 'from' | 'initialVelocity' | 'deceleration'>,
  { scale, limits }: AxisFrame,
): Planned<HaltPlan> {
  const { initialVelocity, deceleration: asked } = request;
  const ramp = scale.accelerationToCounts(asked);
  if (ramp === null) return { ok: false, problem: overflow('deceleration', asked, `${limits.unit}/s2`) };
  const deceleration = scale.accelerationToAxisUnits(ramp);
  const refused =
    checkAcceleration(asked, limits) ??
    checkAcceleration(deceleration, limits) ??
    checkBraking({ ...request, deceleration }, limits);
  if (refused !== null) return { ok: false, problem: refused };
  return { ok: true, plan: { ramp, plannedDurationMs: (1000 * Math.abs(initialVelocity)) / deceleration } };
}

/** A target at the very limit may round outwards: then the last step inside is taken. */
function insideRange(nearest: Counts, asked: AxisUnits, { scale, limits }: AxisFrame): Counts {
  const isRoundedOut = violation(asked, limits.range) === 0 && violation(scale.toAxisUnits(nearest), limits.range) > 0;
  if (!isRoundedOut) return nearest;
  const middle = AxisUnits((limits.range[0] + limits.range[1]) / 2);
  const inwards = AxisUnits(asked + Math.sign(middle - asked) * scale.resolution);
  return scale.toCounts(inwards) ?? nearest;
}
