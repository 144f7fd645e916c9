import type { Clock } from '../base/index.ts';
import { Deadline } from './deadline.ts';

/** After so many times the awaited silence the line is called endless, and again after each further such time. */
const ENDLESS = 10;

/**
 * The line after a time-out or mismatch: nothing that comes is believed until it has been silent for as long as the
 * latest answer can be late. Flushing before the next request does not help, because the late answer comes after it.
 */
export class Quarantine {
  count = 0;
  readonly #clock: Clock;
  readonly #silence: Deadline;
  readonly #endless: () => void;
  #isActive = false;
  #silenceMs = 0;
  #complainAtMs = 0;

  constructor(clock: Clock, ends: { readonly silent: () => void; readonly endless: () => void }) {
    this.#clock = clock;
    this.#endless = ends.endless;
    this.#silence = new Deadline(clock, () => {
      this.#isActive = false;
      ends.silent();
    });
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  begin(silenceMs: number): void {
    this.count++;
    if (!this.#isActive) this.#complainAtMs = this.#clock.nowMs() + ENDLESS * silenceMs;
    this.#silenceMs = this.#isActive ? Math.max(this.#silenceMs, silenceMs) : silenceMs;
    this.#isActive = true;
    this.#silence.set(this.#clock.nowMs() + this.#silenceMs);
  }

  /** Something was on the line: the silence begins anew. */
  heard(): void {
    const nowMs = this.#clock.nowMs();
    this.#silence.set(nowMs + this.#silenceMs);
    if (nowMs < this.#complainAtMs) return;
    this.#complainAtMs = nowMs + ENDLESS * this.#silenceMs;
    this.#endless();
  }

  end(): void {
    this.#isActive = false;
    this.#silence.dispose();
  }
}
