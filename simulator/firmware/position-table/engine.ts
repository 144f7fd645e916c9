import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import { type Search, startSearch } from '../legs.ts';
import type { LooseWords } from '../loose-words.ts';
import type { Shaft } from '../shaft.ts';
import { type Path, pathOf, PATHS } from './paths.ts';
import { searchOf } from './searches.ts';

/** How long a command lies in the trigger before it is taken: one scan. */
const SCAN_MS = 2;
/** The stop of the trigger brakes so hard: ms from 1000 rpm. */
const STOP_MS_PER_1000_RPM = 50;
/** The shaft is in position so near to what was commanded. */
const IN_POSITION_COUNTS = 4;

const HOME = 0x020;
const SET_ZERO = 0x021;
const STOP = 0x040;
const AFTER_POWER_UP = 0x100;
const WAITING_FOR_POSITION = 0x200;

type Task =
  | { readonly kind: 'path'; readonly path: Path; dwellsUntilMs?: number }
  | { readonly kind: 'homing'; readonly search: Search }
  | { readonly kind: 'braking'; readonly path: number };

export interface EngineParts {
  readonly machine: Machine;
  readonly words: LooseWords;
  /** Whether a command that moves would be obeyed now. */
  readonly mayMove: () => boolean;
  /** An input with the function EMG is active: nothing is taken. */
  readonly isBlocked: () => boolean;
}

/** The path engine behind the trigger (Pr8.02): what was written to it, what it does, what it shows. */
export class PathEngine {
  readonly #parts: EngineParts;
  readonly #shaft: Shaft;
  #written: number | null = null;
  #task: Task | null = null;
  #lastPath = 0;
  #shows = AFTER_POWER_UP;
  isHomed = false;
  isCommandDone = false;
  isPathDone = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#shaft = parts.machine.shaft();
  }

  shows = (): number => this.#written ?? this.#shows;
  isRunning = (): boolean => this.#task !== null;
  isHoming = (): boolean => this.#task?.kind === 'homing';

  /** A word arrives in the trigger; it is taken a scan later, if at all. */
  write(word: number, at: Moment): void {
    if (this.#parts.isBlocked()) return;
    this.#written = word;
    this.#parts.machine.later(at.atMs + SCAN_MS, (atMs) => this.take({ ...at, atMs }));
  }

  /** Takes what lies in the trigger; commands that move stay there as long as the drive cannot obey. */
  take(at: Moment): void {
    const word = this.#written;
    if (word === null) return;
    if (word !== STOP && !this.#parts.mayMove()) return;
    this.#written = null;
    if (word === STOP) this.stop(at);
    else if (word === SET_ZERO) this.#setZero(at.atMs);
    else if (word === HOME) this.#home(at);
    else if (word >= 0x010 && word < 0x010 + PATHS) this.#run(word - 0x010, at);
  }

  /** Brakes whatever goes on. */
  stop(at: Moment): void {
    if (this.#task === null) return this.#rest();
    this.#task = { kind: 'braking', path: this.#lastPath };
    this.isPathDone = false;
    const rpm = this.#parts.machine.value('pulsesPerRevolution') / 60;
    this.#shaft.brake((1000 * rpm) / (STOP_MS_PER_1000_RPM / 1000), at);
  }

  /** Power or enable are gone: what was under way is forgotten. */
  drop(): void {
    this.#task = null;
    this.isPathDone = false;
    this.#rest();
  }

  tick(atMs: number): void {
    const task = this.#task;
    if (task === null) return;
    if (task.kind === 'homing') this.#tickHoming(task.search, atMs);
    else if (this.#shaft.isCourseDone(atMs)) this.#tickEnd(task, atMs);
  }

  #run(number: number, at: Moment): void {
    const running = this.#task?.kind === 'path' ? this.#task.path : null;
    if (running?.isUninterruptible === true) return;
    const path = pathOf(number, this.#parts.words, this.#parts.machine);
    if (path.kind === 'homing') return this.#home(at);
    this.#lastPath = number;
    this.isCommandDone = false;
    this.isPathDone = false;
    if (path.kind === 'none') return this.#rest();
    this.#task = { kind: 'path', path };
    this.#shows = 0x100 + number;
    if (path.kind === 'velocity') this.#shaft.run(path.velocity, path, at);
    else if (path.velocity !== 0)
      this.#shaft.moveTo(this.#target(path, at.atMs), { ...path, velocity: Math.abs(path.velocity) }, at);
  }

  #target({ position, isRelative }: Path, atMs: number): number {
    return isRelative ? this.#shaft.demand(atMs).position + position : position;
  }

  #home(at: Moment): void {
    const { machine } = this.#parts;
    const speeds = {
      fast: machine.value('homingSpeedFast'),
      slow: machine.value('homingSpeedSlow'),
      stallMs: machine.value('homingStallTime'),
    };
    this.isHomed = false;
    this.isCommandDone = false;
    this.isPathDone = false;
    this.#shows = AFTER_POWER_UP;
    const legs = searchOf(machine.value('homingMode'), { shaft: this.#shaft, nowMs: () => machine.nowMs() }, speeds);
    const search = startSearch(legs, this.#shaft, { ...at, acceleration: machine.value('homingAcceleration') });
    this.#task = { kind: 'homing', search };
  }

  #tickHoming(search: Search, atMs: number): void {
    const end = search.tick(atMs);
    if (end === null) return;
    // against a wall the command goes on ahead of the shaft
    if (this.#shaft.blockedForMs(atMs) > 0) this.#shaft.plant.hold(atMs);
    if (end === 'found') this.#shaft.setPosition(this.#parts.machine.value('homeOffset'));
    this.isHomed = end === 'found';
    this.isCommandDone = end === 'found';
    this.#task = { kind: 'braking', path: this.#lastPath };
  }

  /** The course has ended; the shaft may not be there yet, and the path may dwell. */
  #tickEnd(task: Exclude<Task, { kind: 'homing' }>, atMs: number): void {
    if (task.kind === 'path' && (task.path.kind === 'velocity' || task.path.velocity === 0)) return;
    const isThere = Math.abs(this.#shaft.followingError(atMs)) <= IN_POSITION_COUNTS && this.#shaft.isStanding(atMs);
    this.isCommandDone ||= task.kind === 'path';
    this.#shows = WAITING_FOR_POSITION;
    if (!isThere || isDwelling(task, atMs)) return;
    this.isPathDone = task.kind === 'path';
    this.#task = null;
    this.#rest();
  }

  #setZero(atMs: number): void {
    if (this.#task !== null || !this.#shaft.isStanding(atMs)) return;
    this.#shaft.setPosition(this.#shaft.position() - this.#shaft.demand(atMs).position);
  }

  #rest(): void {
    this.#shows = this.#lastPath;
  }
}

/** The dwell of a path begins when the shaft is there. */
function isDwelling(task: Task, atMs: number): boolean {
  if (task.kind !== 'path') return false;
  task.dwellsUntilMs ??= atMs + task.path.dwellMs;
  return atMs < task.dwellsUntilMs;
}
