/** What the shaft is made of: torque is % of rated, positions are counts of the motor shaft. */
export interface MotorConstants {
  /** Acceleration of the bare motor per percent of rated torque, counts/s^2. */
  readonly accelerationPerPercent: number;
  /** % of rated. */
  readonly peakTorque: number;
  /** Friction that does not depend on speed, % of rated. */
  readonly coulombTorque: number;
  /** Friction that grows with speed, % of rated per count/s. */
  readonly viscousTorque: number;
}

/** What hangs on the shaft. */
export interface Load {
  /** Constant torque on the shaft, % of rated; positive drives towards greater counts. */
  readonly torque: number;
  /** Inertia of motor and load together, in inertias of the motor; above 0. */
  readonly inertia: number;
}

/** Hard ends of travel on either side of the shaft, counts. */
export interface Walls {
  readonly low: number;
  readonly high: number;
}

export interface MotorState {
  /** Counts, with fractions. */
  readonly position: number;
  /** counts/s */
  readonly velocity: number;
}

/** About a 200 W servo: 2000 rev/s^2 at rated torque, 5 % of it lost to friction at 50 rev/s. */
export function typicalMotor(countsPerRevolution: number): MotorConstants {
  return {
    accelerationPerPercent: 20 * countsPerRevolution,
    peakTorque: 300,
    coulombTorque: 2,
    viscousTorque: 5 / (50 * countsPerRevolution),
  };
}

export const freeLoad: Load = { torque: 0, inertia: 1 };

/** One step of `stepS` seconds under `torque`; friction can stop the shaft but never turn it. */
export function stepMotor(
  state: MotorState,
  forces: { readonly torque: number; readonly load: Load; readonly motor: MotorConstants; readonly walls: Walls },
  stepS: number,
): MotorState {
  const { motor, load, walls } = forces;
  const perPercent = (motor.accelerationPerPercent * stepS) / load.inertia;
  const pushed = state.velocity + (forces.torque + load.torque - motor.viscousTorque * state.velocity) * perPercent;
  const velocity = towardsZero(pushed, motor.coulombTorque * perPercent);
  const position = state.position + ((state.velocity + velocity) / 2) * stepS;
  if (position > walls.high) return { position: Math.max(walls.high, state.position), velocity: 0 };
  if (position < walls.low) return { position: Math.min(walls.low, state.position), velocity: 0 };
  return { position, velocity };
}

function towardsZero(velocity: number, by: number): number {
  return Math.abs(velocity) <= by ? 0 : velocity - Math.sign(velocity) * by;
}
