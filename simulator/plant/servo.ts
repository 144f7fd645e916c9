import type { MotorConstants, MotorState } from './motor.ts';

/** What the shaft should do at one instant. */
export interface Demand {
  /** Counts, with fractions. */
  readonly position: number;
  /** counts/s */
  readonly velocity: number;
}

/** Gains of a position loop over a velocity loop, 1/s; stable at a step of 1 ms. */
const POSITION_GAIN = 60;
const VELOCITY_GAIN = 400;
const INTEGRAL_GAIN = 12_000;
/** The drive knows its inertia and friction only roughly, which is why there is a small following error. */
const FEED_FORWARD = 0.97;

export interface ServoOutput {
  /** % of rated. */
  readonly torque: number;
  /** Acceleration that the integrator has learnt to add, counts/s^2. */
  readonly integral: number;
  readonly saturated: boolean;
}

/**
 * Torque for the step from `before` to `after`, with feed-forward of velocity, acceleration and friction.
 * @param integral of the step before
 */
export function controlTorque(
  shaft: MotorState,
  course: { readonly before: Demand; readonly after: Demand; readonly stepS: number },
  servo: { readonly motor: MotorConstants; readonly integral: number },
): ServoOutput {
  const { motor } = servo;
  const { before, after, stepS } = course;
  const wantedVelocity = before.velocity + POSITION_GAIN * (before.position - shaft.position);
  const velocityError = wantedVelocity - shaft.velocity;
  const planned = ((after.velocity - before.velocity) / stepS) * FEED_FORWARD;
  const friction = motor.coulombTorque * Math.sign(after.velocity) + motor.viscousTorque * shaft.velocity;
  const wanted = (planned + VELOCITY_GAIN * velocityError + servo.integral) / motor.accelerationPerPercent + friction;
  const torque = Math.max(-motor.peakTorque, Math.min(motor.peakTorque, wanted));
  const saturated = torque !== wanted;
  // an integrator that goes on while the output is at its limit would overshoot later
  const integral = saturated ? servo.integral : servo.integral + INTEGRAL_GAIN * velocityError * stepS;
  return { torque, integral, saturated };
}
