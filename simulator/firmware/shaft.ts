import type { ChannelName } from '../../drivers/profile/index.ts';
import { type Axis, originOf } from '../plant/axis.ts';
import type { SwitchStates } from '../plant/mechanics.ts';
import { planMove, planStop, planVelocity, type RampLimits } from '../plant/ramp.ts';
import type { Moment } from './firmware.ts';

/** No motor follows a steeper ramp than this; a drive that steps its speed gives this one. */
const STEEPEST_REVOLUTIONS_PER_S2 = 5000;
/** Slower than a twentieth of a revolution a second counts as standing. */
const STANDING_REVOLUTIONS_PER_S = 0.05;

/**
 * One axis as its firmware has it in hand. Counts of the drive throughout, speeds counts/s, ramps counts/s^2; a ramp may
 * be Infinity for a step. Every motion names who caused it.
 */
export class Shaft {
  readonly channel: ChannelName | null;
  readonly plant: Axis;
  /** Codes of lasting faults whose reason is still there. */
  readonly conditions = new Set<number>();
  /** The position that the drive shows is that of the plant less this. */
  zero = 0;
  readonly #countsPerRevolution: number;
  #blockedSinceMs: number | null = null;

  constructor(plant: Axis, channel: ChannelName | null, countsPerRevolution: number) {
    this.plant = plant;
    this.channel = channel;
    this.#countsPerRevolution = countsPerRevolution;
  }

  /** As the drive counts it, with fractions. */
  position(): number {
    return this.plant.shaft().position - this.zero;
  }

  velocity(): number {
    return this.plant.shaft().velocity;
  }

  /** % of rated. */
  torque(): number {
    return this.plant.torque();
  }

  switches(): SwitchStates {
    return this.plant.switches();
  }

  isPowered(): boolean {
    return this.plant.isPowered();
  }

  /** What the course demands, in the drive's own count. */
  demand(atMs: number): { readonly position: number; readonly velocity: number } {
    const { position, velocity } = this.plant.demandAt(atMs);
    return { position: position - this.zero, velocity };
  }

  followingError(atMs: number): number {
    return this.isPowered() ? this.demand(atMs).position - this.position() : 0;
  }

  /** The course has ended, which does not mean that the shaft is where it should be. */
  isCourseDone(atMs: number): boolean {
    return this.plant.isCourseDone(atMs);
  }

  isStanding(atMs: number): boolean {
    const speed = Math.abs(this.velocity());
    return this.isPowered() ? this.isCourseDone(atMs) && this.#isSlow(speed) : speed === 0;
  }

  /** How long the motor has given all it has without turning, ms. */
  blockedForMs(atMs: number): number {
    return this.#blockedSinceMs === null ? 0 : atMs - this.#blockedSinceMs;
  }

  /** Goes to `target` by a trapezoid, from whatever it does now. */
  moveTo(target: number, limits: RampLimits, { atMs, cause }: Moment): void {
    const { acceleration, deceleration } = this.#possible(limits);
    const ramp = planMove(originOf(this.plant, atMs), target + this.zero, { ...limits, acceleration, deceleration });
    this.plant.follow(ramp, atMs, cause);
  }

  /** Turns at `velocity` (signed) until told otherwise. */
  run(velocity: number, ramps: Omit<RampLimits, 'velocity'>, { atMs, cause }: Moment): void {
    this.plant.follow(planVelocity(originOf(this.plant, atMs), velocity, this.#possible(ramps)), atMs, cause);
  }

  /** Slows down to a stand and holds there. */
  brake(deceleration: number, { atMs, cause }: Moment): void {
    const ramps = this.#possible({ acceleration: deceleration, deceleration });
    this.plant.follow(planStop(originOf(this.plant, atMs), ramps.deceleration), atMs, cause);
  }

  /** Power on, holding where the shaft is; nothing when it is on already. */
  hold(atMs: number): void {
    if (!this.isPowered()) this.plant.hold(atMs);
  }

  /** Power off: the shaft coasts, and a brake closes when it stands. */
  release({ cause }: Pick<Moment, 'cause'>): void {
    if (this.isPowered()) this.plant.release(cause);
  }

  /** Declares where the shaft is; never moves it. */
  setPosition(position: number): void {
    this.zero = this.plant.shaft().position - position;
  }

  /** One step of the plant that ends at `atMs`. */
  tick(atMs: number): void {
    this.plant.tick(atMs);
    const isBlocked = this.isPowered() && this.plant.isSaturated() && this.#isSlow(Math.abs(this.velocity()));
    this.#blockedSinceMs = isBlocked ? (this.#blockedSinceMs ?? atMs) : null;
  }

  #isSlow(speed: number): boolean {
    return speed < STANDING_REVOLUTIONS_PER_S * this.#countsPerRevolution;
  }

  #possible({ acceleration, deceleration }: Omit<RampLimits, 'velocity'>): Omit<RampLimits, 'velocity'> {
    const steepest = STEEPEST_REVOLUTIONS_PER_S2 * this.#countsPerRevolution;
    const within = (ramp: number): number => Math.max(steepest * 1e-6, Math.min(steepest, ramp));
    return { acceleration: within(acceleration), deceleration: within(deceleration) };
  }
}
