import type { ChannelName, Register, SignalName } from '../../../drivers/profile/index.ts';
import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';

/** Modes of the unit. */
export const RELATIVE_POSITION = 1;
export const ABSOLUTE_POSITION = 2;
export const SPEED = 3;

const FOLLOWING_ALARM = 0x20;
const OVERLOAD_ALARM = 0x08;

/** One of the two motors, and what only it remembers. */
export class Motor {
  readonly shaft: Shaft;
  readonly #machine: Machine;
  readonly #channel: ChannelName;
  /** What the plant counts where absolute targets have their 0; the position that is shown has another. */
  #absoluteZero: number;
  #releases = false;
  alarms = 0;

  constructor(machine: Machine, shaft: Shaft) {
    this.shaft = shaft;
    this.#machine = machine;
    this.#channel = shaft.channel ?? 'left';
    this.#absoluteZero = shaft.zero;
  }

  /** Bit 0 of a word that chooses motors is the left one. */
  isChosenBy(mask: number): boolean {
    return (mask & (this.#channel === 'left' ? 1 : 2)) !== 0;
  }

  runs(atMs: number): boolean {
    return !this.shaft.isStanding(atMs);
  }

  isReleasing(): boolean {
    return this.#releases;
  }

  enable(atMs: number): void {
    this.#releases = false;
    this.shaft.hold(atMs);
  }

  /** To the target in its registers; a second start word takes a new one on the way. */
  start(mode: number, at: Moment): void {
    const velocity = Math.min(this.#value('profileVelocity'), this.#machine.value('maxSpeed'));
    const acceleration = velocity / this.#seconds('profileAcceleration');
    const deceleration = velocity / this.#seconds('profileDeceleration');
    const base =
      mode === RELATIVE_POSITION ? this.shaft.demand(at.atMs).position : this.#absoluteZero - this.shaft.zero;
    this.shaft.moveTo(base + this.#value('targetPosition'), { velocity, acceleration, deceleration }, at);
  }

  /** As the speed register says; its ramps last as long as the registers say, whatever the speed. */
  turn(at: Moment): void {
    const most = this.#machine.value('maxSpeed');
    const velocity = Math.max(-most, Math.min(most, this.#value('targetVelocity')));
    if (velocity === 0) return this.#brake('profileDeceleration', at);
    const acceleration = Math.abs(velocity) / this.#seconds('profileAcceleration');
    const deceleration = Math.abs(velocity) / this.#seconds('profileDeceleration');
    this.shaft.run(velocity, { acceleration, deceleration }, at);
  }

  /** Stops within the time of the emergency stop and holds. */
  emergencyStop(at: Moment): void {
    if (this.shaft.isPowered()) this.#brake('quickStopDeceleration', at);
  }

  /** Stops on its ramp; without power once it stands. */
  stopAndRelease(at: Moment): void {
    if (!this.shaft.isPowered()) return;
    if (this.runs(at.atMs)) this.#brake('profileDeceleration', at);
    this.#releases = true;
  }

  clearFeedback(): void {
    this.shaft.setPosition(0);
  }

  zeroAbsolute(): void {
    this.#absoluteZero = this.shaft.plant.shaft().position;
  }

  /** The alarm that the motor raises now; 0 for none. */
  tick(atMs: number): number {
    if (this.#releases && !this.runs(atMs)) {
      this.#releases = false;
      this.shaft.release({ cause: { by: 'load' } });
    }
    if (!this.shaft.isPowered()) return 0;
    if (Math.abs(this.shaft.followingError(atMs)) > this.#value('followingErrorLimit')) return FOLLOWING_ALARM;
    return this.shaft.blockedForMs(atMs) >= this.#value('overloadTime') ? OVERLOAD_ALARM : 0;
  }

  #brake(ramp: SignalName, at: Moment): void {
    this.shaft.brake(Math.abs(this.shaft.demand(at.atMs).velocity) / this.#seconds(ramp), at);
  }

  #value(signal: SignalName): number {
    return this.#machine.value(signal, this.#channel);
  }

  /** A ramp as it stands in its register: the time that it lasts. */
  #seconds(ramp: SignalName): number {
    const register = this.#machine.profile.channels?.[this.#channel]?.registers[ramp] as Register;
    return register.scale / this.#value(ramp) / 1000;
  }
}
