import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';
import { reactionTo } from './alarms.ts';
import type { Inputs } from './inputs.ts';
import type { Motion } from './motion.ts';
import { isAz } from './units.ts';

/** From S-ON to the motor being held, and to being ready for operations. */
const EXCITATION_MS = 20;
const READY_MS = 25;

/** Excitation and alarms: who may turn the shaft at all. */
export class Power {
  readonly #machine: Machine;
  readonly #shaft: Shaft;
  readonly #motion: Motion;
  #alarm = 0;
  #excitedSinceMs: number | null = null;
  /** An alarm took the power: only S-ON from low to high gives it back. */
  #isCut = false;

  constructor(machine: Machine, motion: Motion) {
    this.#machine = machine;
    this.#shaft = machine.shaft();
    this.#motion = motion;
  }

  alarm = (): number => this.#alarm;
  isExcited = (atMs: number): boolean => this.#since(atMs) >= EXCITATION_MS;
  isReady = (atMs: number): boolean => this.#alarm === 0 && this.#since(atMs) >= READY_MS;

  /** As the inputs say now. */
  follow({ servoOn, free }: Inputs, at: Moment): void {
    const wantsPower = servoOn && !free && !this.#isCut;
    if (wantsPower === this.#shaft.isPowered()) return;
    this.#excitedSinceMs = wantsPower ? at.atMs : null;
    if (wantsPower) return this.#shaft.hold(at.atMs);
    this.#motion.drop();
    this.#shaft.release(at);
  }

  /** S-ON rises. */
  giveBack(): void {
    if (this.#alarm === 0) this.#isCut = false;
  }

  raise(code: number, inputs: Inputs, at: Moment): void {
    if (this.#alarm !== 0) return;
    this.#alarm = code;
    if (reactionTo(code) === 'coast') this.#cut(inputs, at);
    else this.#motion.brake(this.#machine.value('quickStopDeceleration'), at);
  }

  /** Alarms that the table calls resettable, once their reason is gone and the drive has come to rest. */
  reset(inputs: Inputs, at: Moment): void {
    const isResettable = this.#machine.profile.faults.find(({ code }) => code === this.#alarm)?.resettable === true;
    if (!isResettable || this.#shaft.conditions.size > 0 || this.#motion.isMoving()) return;
    this.#alarm = 0;
    if (isAz(this.#machine)) this.#isCut = false;
    this.follow(inputs, at);
  }

  /** Some alarms brake first, and let go when the shaft stands. */
  tick(inputs: Inputs, atMs: number): void {
    const isWaiting = this.#alarm !== 0 && !this.#isCut && !this.#motion.isMoving();
    if (!isWaiting || reactionTo(this.#alarm) !== 'brake-then-release') return;
    this.#cut(inputs, { atMs, cause: { by: 'fault', code: this.#alarm } });
  }

  #cut(inputs: Inputs, at: Moment): void {
    this.#isCut = true;
    this.follow(inputs, at);
  }

  #since(atMs: number): number {
    return this.#excitedSinceMs === null ? -1 : atMs - this.#excitedSinceMs;
  }
}
