import type { Cancel, Clock } from '../base/index.ts';

/**
 * One instant that is moved thousands of times a second and seldom reached: the timer is left running and armed again
 * when it fires too early, instead of made and cancelled for every request.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #reached: () => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, reached: () => void) {
    this.#clock = clock;
    this.#reached = reached;
  }

  set(dueMs: number): void {
    this.#dueMs = dueMs;
    if (dueMs < this.#timerAtMs) this.#arm();
  }

  clear(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  /** Leaves no timer behind. */
  dispose(): void {
    this.clear();
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    this.#cancel?.();
    this.#timerAtMs = this.#dueMs;
    this.#cancel = this.#clock.after(Math.max(0, this.#dueMs - this.#clock.nowMs()), () => this.#fired());
  }

  #fired(): void {
    this.#cancel = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    if (this.#dueMs === Number.POSITIVE_INFINITY) return;
    if (this.#clock.nowMs() < this.#dueMs) return this.#arm();
    this.clear();
    this.#reached();
  }
}
