/** An axis that goes to its target on a trapezoid, ramps down on a halt, and is exactly where it says. */
export interface ExactAxis {
  readonly id: string;
  readonly limits: { readonly maxVelocity: number; readonly maxAcceleration: number };
  position: number;
  velocity: number;
  /** Of the motion under way; a halt takes the ramp of the motion that it ends. */
  deceleration: number;
  maxVelocity: number;
  target: number | null;
  command: string | null;
  /** Share of the steps in which a message of it arrives. */
  heardOften: number;
}

export const STEP_S = 0.02;
/** It may pass its target by so much, as a real one may. */
const ENDS_WITHIN_MM = 0.1;
export const DEEPEST_TOLERANCE = 1e-6;

/** Speeds up while there is room to brake, and brakes otherwise; without a target it brakes to rest. */
export function advance(axis: ExactAxis): void {
  const { target, velocity, deceleration } = axis;
  if (target === null && velocity === 0) {
    if (axis.command !== null) axis.command = null;
    return;
  }
  const left = target === null ? 0 : target - axis.position;
  const room = Math.max(0, Math.abs(left) - Math.abs(velocity) * STEP_S);
  const wanted = target === null ? 0 : Math.sign(left) * Math.min(axis.maxVelocity, Math.sqrt(2 * deceleration * room));
  const isFaster = Math.abs(wanted) > Math.abs(velocity) && wanted * velocity >= 0;
  const change = (isFaster ? axis.limits.maxAcceleration : deceleration) * STEP_S;
  axis.velocity += Math.max(-change, Math.min(change, wanted - velocity));
  axis.position += axis.velocity * STEP_S;
  if (target !== null && Math.abs(target - axis.position) < ENDS_WITHIN_MM && Math.abs(axis.velocity) <= 2 * change) {
    axis.position = target;
    rest(axis);
  } else if (target === null && axis.velocity === 0) rest(axis);
}

function rest(axis: ExactAxis): void {
  axis.velocity = 0;
  axis.target = null;
  axis.command = null;
}
