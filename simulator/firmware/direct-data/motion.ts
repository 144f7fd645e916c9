import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import { type Search, startSearch } from '../legs.ts';
import type { Shaft } from '../shaft.ts';
import type { Operation } from './operations.ts';
import { searchOf } from './searches.ts';

/** MOVE rises so long after the query was taken (manual, timing chart of direct data). */
const START_MS = 2;
/** IN-POS: so near to the demand after a positioning. */
const IN_POSITION_COUNTS = 18;

type Task =
  | { readonly kind: 'operation'; readonly operation: Extract<Operation, { kind: 'position' | 'velocity' }> }
  | { readonly kind: 'braking'; readonly after?: 'search' }
  | { readonly kind: 'homing'; readonly search: Search };

/** What the motor does: one operation or search at a time, and a next one in the buffer. */
export class Motion {
  readonly #machine: Machine;
  readonly #shaft: Shaft;
  readonly #onSearchEnd: (end: 'found' | 'failed', atMs: number) => void;
  #task: Task | null = null;
  #buffered: { readonly operation: Operation; readonly at: Moment } | null = null;
  #generation = 0;
  #deceleration = Infinity;
  #awaitsPosition = false;
  /** As the monitors show them: counts, and the velocity as it was written. */
  target = 0;
  targetVelocity = 0;

  constructor(machine: Machine, onSearchEnd: (end: 'found' | 'failed', atMs: number) => void) {
    this.#machine = machine;
    this.#shaft = machine.shaft();
    this.#onSearchEnd = onSearchEnd;
  }

  isMoving = (): boolean => this.#task !== null;
  isHoming = (): boolean => this.#task?.kind === 'homing';

  isInPosition(atMs: number): boolean {
    const isNear = Math.abs(this.#shaft.followingError(atMs)) <= IN_POSITION_COUNTS;
    return this.#awaitsPosition && this.#task === null && this.#shaft.isPowered() && isNear;
  }

  /** Takes over at once, or after the positioning under way where it goes to the buffer. */
  start(operation: Operation, at: Moment, toBuffer: boolean): void {
    const isPositioning = this.#task?.kind === 'operation' && this.#task.operation.kind === 'position';
    if (toBuffer && isPositioning) {
      this.#buffered = { operation, at };
      return;
    }
    this.#buffered = null;
    const generation = ++this.#generation;
    this.#machine.later(at.atMs + START_MS, (atMs) => {
      if (generation === this.#generation) this.#begin(operation, { ...at, atMs });
    });
  }

  home(acceleration: number, at: Moment): void {
    this.#generation++;
    this.#awaitsPosition = false;
    this.#deceleration = acceleration;
    this.#task = { kind: 'homing', search: startSearch(searchOf(this.#machine), this.#shaft, { ...at, acceleration }) };
  }

  /** On the ramp that is said, or on that of the operation. */
  brake(deceleration: number | null, at: Moment): void {
    this.#generation++;
    this.#buffered = null;
    this.#awaitsPosition = false;
    if (this.#task === null) return;
    this.#task = { kind: 'braking' };
    this.#shaft.brake(deceleration ?? this.#deceleration, at);
  }

  /** The power is gone: everything is forgotten, the shaft coasts. */
  drop(): void {
    this.#generation++;
    this.#buffered = null;
    this.#task = null;
    this.#awaitsPosition = false;
    this.targetVelocity = 0;
  }

  tick(atMs: number): void {
    const task = this.#task;
    if (task === null) return;
    if (task.kind === 'homing') this.#tickHoming(task.search, atMs);
    else if (task.kind === 'braking') this.#tickBraking(task, atMs);
    else if (task.operation.kind === 'position' && this.#shaft.isCourseDone(atMs)) this.#complete(atMs);
  }

  #begin(operation: Operation, at: Moment): void {
    if (operation.kind === 'stop') return this.brake(operation.deceleration, at);
    if (operation.kind === 'refused') return;
    this.#task = { kind: 'operation', operation };
    this.#deceleration = operation.deceleration;
    this.#awaitsPosition = operation.kind === 'position';
    this.targetVelocity = this.#machine.value('profileVelocity');
    const velocity = Math.abs(operation.velocity);
    if (operation.kind === 'velocity') return this.#turn(operation, at);
    this.target = operation.target;
    if (velocity > 0) this.#shaft.moveTo(operation.target, { ...operation, velocity }, at);
  }

  /** A velocity of 0 stops, or stays in operation at 0, as it is set. */
  #turn(operation: Extract<Operation, { kind: 'velocity' }>, at: Moment): void {
    const stops = operation.velocity === 0 && this.#machine.value('zeroSpeedAction') === 0;
    if (stops) this.brake(operation.deceleration, at);
    else this.#shaft.run(operation.velocity, operation, at);
  }

  /** MOVE falls when the command is complete, although the shaft may still settle. */
  #complete(atMs: number): void {
    const next = this.#buffered;
    this.#buffered = null;
    this.#task = null;
    this.targetVelocity = 0;
    if (next !== null) this.#begin(next.operation, { ...next.at, atMs });
  }

  /** After a stop MOVE falls when the shaft stands; after a search that is the reference. */
  #tickBraking({ after }: Extract<Task, { kind: 'braking' }>, atMs: number): void {
    if (!this.#shaft.isStanding(atMs)) return;
    this.#task = null;
    this.targetVelocity = 0;
    if (after === 'search') this.#onSearchEnd('found', atMs);
  }

  #tickHoming(search: Search, atMs: number): void {
    const end = search.tick(atMs);
    if (end === null) return;
    this.#task = end === 'found' ? { kind: 'braking', after: 'search' } : { kind: 'braking' };
    if (end === 'failed') this.#onSearchEnd(end, atMs);
  }
}
