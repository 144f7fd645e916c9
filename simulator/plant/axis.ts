import type { Cause } from '../ledger.ts';
import { type Mechanics, openMechanics, switchesAt, type SwitchStates } from './mechanics.ts';
import {
  freeLoad,
  type Load,
  type MotorConstants,
  type MotorState,
  stepMotor,
  typicalMotor,
  type Walls,
} from './motor.ts';
import { type Origin, type Ramp, sampleRamp, standAt } from './ramp.ts';
import { controlTorque, type Demand } from './servo.ts';

/** Inner step of the plant. */
export const STEP_MS = 1;
const STEP_S = STEP_MS / 1000;
/** So near, and so slow, friction takes hold of the shaft: otherwise it would creep for ever towards its last fraction. */
const STICTION_REVOLUTIONS = 0.0002;
const STICTION_REVOLUTIONS_PER_S = 0.002;

/** A motion as it begins, changes and ends; positions in counts from the beginning of all. */
export interface AxisEvent {
  readonly kind: 'start' | 'change' | 'stop';
  readonly atMs: number;
  readonly cause: Cause;
  readonly from: number;
  readonly to: number;
  readonly peakVelocity: number;
  readonly startedAtMs: number;
  readonly plannedEndMs: number | null;
}

/** Motor, servo, load and what is built around them: a shaft that follows ramps, coasts when released, and rests. */
export interface Axis {
  /** The shaft, counts from the beginning of all. */
  shaft(): MotorState;
  /** % of rated. */
  torque(): number;
  /** The servo cannot give more. */
  isSaturated(): boolean;
  demandAt(atMs: number): Demand;
  switches(): SwitchStates;
  isPowered(): boolean;
  /** The course has ended. */
  isCourseDone(atMs: number): boolean;
  /** Nothing will change any more until somebody acts. */
  isAtRest(): boolean;
  /** Follows `ramp` from now on, under power. */
  follow(ramp: Ramp, atMs: number, cause: Cause): void;
  /** Cuts the power: the shaft coasts, the brake closes when it stands. */
  release(cause: Cause): void;
  /** Power on, holding where the shaft is. */
  hold(atMs: number): void;
  setLoad(load: Partial<Load> & { readonly blockedAt?: number | null }): void;
  setHomeSwitchBroken(broken: boolean): void;
  /** One step of STEP_MS that ends at `atMs`. */
  tick(atMs: number): void;
}

export function createAxis(parts: {
  readonly countsPerRevolution: number;
  readonly mechanics?: Mechanics | undefined;
  readonly onEvent: (event: AxisEvent) => void;
}): Axis {
  const motor = typicalMotor(parts.countsPerRevolution);
  const stiction = {
    counts: STICTION_REVOLUTIONS * parts.countsPerRevolution,
    countsPerS: STICTION_REVOLUTIONS_PER_S * parts.countsPerRevolution,
  };
  return new SimulatedAxis({ motor, stiction, mechanics: parts.mechanics ?? openMechanics, onEvent: parts.onEvent });
}

interface AxisConstants {
  readonly motor: MotorConstants;
  readonly stiction: { readonly counts: number; readonly countsPerS: number };
  readonly mechanics: Mechanics;
  readonly onEvent: (event: AxisEvent) => void;
}

class SimulatedAxis implements Axis {
  readonly #motor: MotorConstants;
  readonly #stiction: AxisConstants['stiction'];
  readonly #mechanics: Mechanics;
  readonly #onEvent: (event: AxisEvent) => void;
  #state: MotorState = { position: 0, velocity: 0 };
  #load = freeLoad;
  #blockedAt: number | null = null;
  #walls: Walls;
  #isHomeBroken = false;
  /** Null while the power is off. */
  #course: Ramp | null = null;
  #before: Demand = { position: 0, velocity: 0 };
  #integral = 0;
  #torque = 0;
  #saturated = false;
  #rests = true;
  #cause: Cause = { by: 'load' };
  #motion: { from: number; startedAtMs: number; peakVelocity: number } | null = null;

  constructor({ motor, stiction, mechanics, onEvent }: AxisConstants) {
    this.#motor = motor;
    this.#stiction = stiction;
    this.#mechanics = mechanics;
    this.#onEvent = onEvent;
    this.#walls = this.#findWalls();
  }

  shaft = (): MotorState => this.#state;
  torque = (): number => this.#torque;
  isSaturated = (): boolean => this.#saturated;
  isPowered = (): boolean => this.#course !== null;
  isAtRest = (): boolean => this.#rests;
  isCourseDone = (atMs: number): boolean => this.#course === null || atMs >= this.#course.endMs;

  demandAt(atMs: number): Demand {
    return this.#course === null ? { position: this.#state.position, velocity: 0 } : sampleRamp(this.#course, atMs);
  }

  switches(): SwitchStates {
    const states = switchesAt(this.#mechanics, this.#state.position);
    return this.#isHomeBroken ? { ...states, home: false } : states;
  }

  follow(ramp: Ramp, atMs: number, cause: Cause): void {
    this.#course = ramp;
    this.#rests = false;
    this.#cause = cause;
    if (this.#motion !== null) this.#report('change', atMs);
    else if (ramp.endMs > atMs) this.#begin(atMs);
  }

  release(cause: Cause): void {
    this.#course = null;
    this.#integral = 0;
    this.#torque = 0;
    this.#saturated = false;
    this.#cause = cause;
    // the brake is closed already on a shaft that stands
    this.#rests = this.#state.velocity === 0 && this.#motion === null;
  }

  hold(atMs: number): void {
    this.#course = standAt(this.#state.position, atMs);
    this.#before = this.demandAt(atMs);
    this.#rests = false;
  }

  setLoad({ blockedAt, ...load }: Partial<Load> & { readonly blockedAt?: number | null }): void {
    this.#load = { ...this.#load, ...load };
    if (blockedAt !== undefined) this.#blockedAt = blockedAt;
    this.#walls = this.#findWalls();
    if (this.isPowered()) this.#rests = false;
  }

  setHomeSwitchBroken(broken: boolean): void {
    this.#isHomeBroken = broken;
  }

  tick(atMs: number): void {
    if (this.#rests) return;
    const after = this.demandAt(atMs);
    if (this.#course !== null) this.#control(after);
    const forces = { torque: this.#torque, load: this.#load, motor: this.#motor, walls: this.#walls };
    this.#state = stepMotor(this.#state, forces, STEP_S);
    this.#before = after;
    this.#observe(atMs);
  }

  #control(after: Demand): void {
    const course = { before: this.#before, after, stepS: STEP_S };
    const output = controlTorque(this.#state, course, { motor: this.#motor, integral: this.#integral });
    this.#torque = output.torque;
    this.#integral = output.integral;
    this.#saturated = output.saturated;
  }

  #observe(atMs: number): void {
    const { position, velocity } = this.#state;
    const stands = this.#stands(atMs);
    if (this.#motion === null && velocity !== 0 && !stands) this.#beginByLoad(atMs);
    if (this.#motion !== null) this.#motion.peakVelocity = Math.max(this.#motion.peakVelocity, Math.abs(velocity));
    this.#rests = stands;
    if (!stands) return;
    this.#state = { position, velocity: 0 };
    this.#report('stop', atMs);
    this.#motion = null;
  }

  /** Released and still, or held by friction where it should stand. */
  #stands(atMs: number): boolean {
    const { position, velocity } = this.#state;
    if (this.#course === null) return velocity === 0;
    if (!this.isCourseDone(atMs) || Math.abs(velocity) > this.#stiction.countsPerS) return false;
    return Math.abs(this.demandAt(atMs).position - position) <= this.#stiction.counts;
  }

  #beginByLoad(atMs: number): void {
    this.#cause = { by: 'load' };
    this.#begin(atMs);
  }

  #begin(atMs: number): void {
    this.#motion = { from: this.#state.position, startedAtMs: atMs, peakVelocity: 0 };
    this.#report('start', atMs);
  }

  #report(kind: AxisEvent['kind'], atMs: number): void {
    if (this.#motion === null) return;
    const ends = this.#course?.endMs ?? Infinity;
    const plannedEndMs = Number.isFinite(ends) ? ends : null;
    this.#onEvent({ kind, atMs, cause: this.#cause, to: this.#state.position, plannedEndMs, ...this.#motion });
  }

  #findWalls(): Walls {
    const stops = this.#mechanics.endStops ?? { low: -Infinity, high: Infinity };
    if (this.#blockedAt === null) return stops;
    return this.#blockedAt >= this.#state.position
      ? { low: stops.low, high: Math.min(stops.high, this.#blockedAt) }
      : { low: Math.max(stops.low, this.#blockedAt), high: stops.high };
  }
}

/** Where a new course begins: at what is demanded now, or at the shaft while it is released. */
export function originOf(axis: Axis, atMs: number): Origin {
  return { ...axis.demandAt(atMs), atMs };
}
