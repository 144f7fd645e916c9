import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';
import { ABSOLUTE_POSITION, Motor, RELATIVE_POSITION, SPEED } from './motor.ts';

const EMERGENCY_STOP = 0x05;
const CLEAR_ALARM = 0x06;
const STOP = 0x07;
const ENABLE = 0x08;
const START_BOTH = 0x10;
const START_LEFT = 0x11;
const START_RIGHT = 0x12;

export const CONTROL_WORDS: readonly number[] = [
  0,
  EMERGENCY_STOP,
  CLEAR_ALARM,
  STOP,
  ENABLE,
  START_BOTH,
  START_LEFT,
  START_RIGHT,
];

/** What both motors have in common: the control word, the mode, the power. */
export class TwinUnit {
  readonly motors: readonly Motor[];
  readonly #machine: Machine;
  #isEnabled = false;
  /** An emergency stop holds until it is taken back by "clear alarm" or "stop". */
  #isLatched = false;
  #isInputStopped = false;
  /** Taken from its register when the motors are enabled. */
  #mode = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.motors = machine.shafts.map((shaft) => new Motor(machine, shaft));
    // register 2007: locked from power-up on, which is not enabled
    if (machine.value('lockAtPowerUp') === 1) for (const { shaft } of this.motors) shaft.hold(machine.nowMs());
  }

  motorOf(shaft: Shaft): Motor {
    return this.motors.find((motor) => motor.shaft === shaft) as Motor;
  }

  otherThan(shaft: Shaft): Motor {
    return this.motors.find((motor) => motor.shaft !== shaft) as Motor;
  }

  isInputStopped(): boolean {
    return this.#isInputStopped;
  }

  canMove(): boolean {
    return this.#isEnabled && !this.#isLatched;
  }

  obey(word: number, at: Moment): void {
    if (word === EMERGENCY_STOP) this.#emergencyStop(at);
    else if (word === CLEAR_ALARM) this.#clearAlarms(at);
    else if (word === STOP) this.#switchOff(at);
    else if (word === ENABLE) this.#enable(at);
    else if (word !== 0) this.#start(word, at);
  }

  /** A speed moves its motor as soon as it is written, in its mode. */
  turn(shaft: Shaft, at: Moment): void {
    if (this.canMove() && this.#mode === SPEED) this.motorOf(shaft).turn(at);
  }

  /** By the drive itself: it shows the word of an emergency stop, as if somebody had written it. */
  stopByItself(at: Moment): void {
    this.#machine.set('controlword', EMERGENCY_STOP);
    this.#emergencyStop(at);
  }

  setStopInput(isOn: boolean, at: Moment): void {
    this.#isInputStopped = isOn;
    if (isOn) this.stopByItself(at);
  }

  /** An alarm of one motor takes the power from it, and ends the motion of the other. */
  raise(code: number, shaft: Shaft, at: Moment): void {
    this.#isEnabled = false;
    this.motorOf(shaft).alarms |= code;
    shaft.release(at);
    this.otherThan(shaft).stopAndRelease(at);
  }

  tick(atMs: number): void {
    for (const motor of this.motors) {
      const code = motor.tick(atMs);
      if (code !== 0) this.raise(code, motor.shaft, { atMs, cause: { by: 'fault', code } });
    }
  }

  #emergencyStop(at: Moment): void {
    this.#isLatched = true;
    for (const motor of this.motors) motor.emergencyStop(at);
  }

  #switchOff(at: Moment): void {
    this.#isEnabled = false;
    this.#isLatched = false;
    for (const motor of this.motors) motor.stopAndRelease(at);
  }

  #clearAlarms(at: Moment): void {
    for (const motor of this.motors) if (motor.shaft.conditions.size === 0) motor.alarms = 0;
    this.#switchOff(at);
  }

  #enable(at: Moment): void {
    if (this.#isLatched || this.#isInputStopped || this.motors.some(({ alarms }) => alarms !== 0)) return;
    if (this.motors.some((motor) => motor.runs(at.atMs))) return;
    this.#isEnabled = true;
    this.#mode = this.#machine.value('modeOfOperation');
    for (const motor of this.motors) motor.enable(at.atMs);
    // a speed that still stands in its register is obeyed at once
    if (this.#mode === SPEED) for (const motor of this.motors) motor.turn(at);
  }

  #start(word: number, at: Moment): void {
    const isPosition = this.#mode === RELATIVE_POSITION || this.#mode === ABSOLUTE_POSITION;
    const isTogether = this.#machine.value('syncMode') === 1;
    if (!this.canMove() || !isPosition || isTogether !== (word === START_BOTH)) return;
    const mask = word === START_BOTH ? 3 : word - START_BOTH;
    for (const motor of this.motors) if (motor.isChosenBy(mask)) motor.start(this.#mode, at);
  }
}
