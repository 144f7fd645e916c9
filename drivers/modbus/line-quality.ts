import type { LineStats } from './line.ts';

/** Architecture, decision 3: over 1 % bad frames in the last 200 no new motion, over 5 % stop. */
const WINDOW = 200;
const REFUSE_MOTION_ABOVE = 0.01;
const STOP_ABOVE = 0.05;

/** Remembers how the last 200 transactions ended. What has not been seen yet counts as good, so one early fault is no verdict. */
export class LineQuality {
  readonly #isBad = new Uint8Array(WINDOW);
  #next = 0;
  #bad = 0;

  record(outcome: 'good' | 'bad'): void {
    const isBad = outcome === 'bad' ? 1 : 0;
    this.#bad += isBad - (this.#isBad[this.#next] ?? 0);
    this.#isBad[this.#next] = isBad;
    this.#next = this.#next + 1 === WINDOW ? 0 : this.#next + 1;
  }

  get badShare(): number {
    return this.#bad / WINDOW;
  }

  get verdict(): LineStats['quality'] {
    if (this.badShare > STOP_ABOVE) return 'stop';
    return this.badShare > REFUSE_MOTION_ABOVE ? 'refuse-motion' : 'good';
  }
}
