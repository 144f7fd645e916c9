import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';
import { type Command, F5, F6, type MoveCommand, type RunCommand } from './blocks.ts';
import { cellsOf } from './cells.ts';
import { fastestRpm, rampOf, RPM } from './kinematics.ts';

const TO_ZERO_CODE = 236;

/** What the motor turns on. */
export interface Motion {
  /** Whether the drive takes the command now. */
  takes(command: Command): boolean;
  begin(command: MoveCommand | RunCommand, at: Moment): void;
  toZero(at: Moment): void;
  /** Something else has stopped it. */
  end(): void;
  tick(atMs: number): void;
  /** The run that is under way; null where there is none. */
  running(): RunCommand | null;
}

export function createMotion(machine: Machine): Motion {
  return new BlockMotion(machine);
}

class BlockMotion implements Motion {
  readonly #machine: Machine;
  /** The block that the motor was set going by last. */
  #block: number | null = null;
  #run: RunCommand | null = null;
  #cancelRun: () => void = () => undefined;
  #cause: Moment['cause'] = { by: 'load' };

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  running = (): RunCommand | null => this.#run;

  /** Concluded: only its own block, and F5h, is taken while the motor turns. */
  takes(command: Command): boolean {
    if (command.kind !== 'move' && command.kind !== 'run') return true;
    const block = blockOf(command);
    const isTurning = this.#shaft().isPowered() && !this.#shaft().isCourseDone(this.#machine.nowMs());
    if (!isTurning || command.rpm === 0 || block === F5) return true;
    return block === F6 && this.#block === F6;
  }

  begin(command: MoveCommand | RunCommand, at: Moment): void {
    const block = blockOf(command);
    if (command.rpm === 0) return this.#stopBy(block, command.code, at);
    this.end();
    this.#block = block;
    this.#cause = at.cause;
    const velocity = this.#clamped(command.rpm) * RPM;
    if (command.kind === 'run') {
      this.#run = command;
      this.#shaft().run(velocity, rampOf(command.code), at);
      this.#limitRun(command, at);
      return;
    }
    const from = command.isRelative ? this.#shaft().demand(at.atMs).position : 0;
    this.#shaft().moveTo(from + command.counts, { velocity, ...rampOf(command.code) }, at);
  }

  toZero(at: Moment): void {
    this.end();
    this.#block = F5;
    const velocity = cellsOf(this.#machine).homing.rpm * RPM;
    this.#shaft().moveTo(0, { velocity, ...rampOf(TO_ZERO_CODE) }, at);
  }

  end(): void {
    this.#cancelRun();
    this.#cancelRun = () => undefined;
    this.#run = null;
    this.#block = null;
  }

  /** A limit switch ends the motion towards its side, where the limits were switched on; the drive then says "stopped". */
  tick(atMs: number): void {
    const shaft = this.#shaft();
    if (!cellsOf(this.#machine).hasLimits || !shaft.isPowered() || shaft.isCourseDone(atMs)) return;
    const { negative, positive } = shaft.switches();
    const { velocity } = shaft.demand(atMs);
    if ((velocity < 0 && !negative) || (velocity > 0 && !positive) || velocity === 0) return;
    this.end();
    shaft.brake(Infinity, { atMs, cause: this.#cause });
  }

  /** The manual gives each block its own stop. Concluded: a stop of another block is answered and does nothing. */
  #stopBy(block: number, code: number, at: Moment): void {
    if (block !== this.#block) return;
    this.end();
    this.#shaft().brake(rampOf(code).deceleration, at);
  }

  #limitRun({ forMs, code }: RunCommand, { atMs, cause }: Moment): void {
    if (forMs === null || forMs === 0) return;
    this.#cancelRun = this.#machine.later(atMs + forMs, (endMs) => {
      this.end();
      this.#shaft().brake(rampOf(code).deceleration, { atMs: endMs, cause });
    });
  }

  /** Silently. */
  #clamped(rpm: number): number {
    const most = fastestRpm(this.#machine.value('workMode')) ?? 0;
    return Math.max(-most, Math.min(most, rpm));
  }

  #shaft = (): Shaft => this.#machine.shaft();
}

const blockOf = (command: MoveCommand | RunCommand): number => (command.kind === 'run' ? F6 : command.block);
