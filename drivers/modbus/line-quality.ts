import type { LineStats } from './line.ts';

/**
 * CRC-16 lets one wrong frame through in 2e6 at a bit error rate of 1e-2, in 3e9 at 1e-3, in 3e13 at 1e-4, so on a really bad
 * line nothing may move. 3 % bad transactions of 17 bytes (a register written, or two read) mean 2.2e-4.
 */
const WINDOW = 1000;
const REFUSE_MOTION_ABOVE = 0.03;
const STOP_ABOVE = 0.1;
const SHORT_BYTES = 17;

/** Something is broken, whatever the bits say. */
const RECENT = 50;
const RECENT_BAD_ABOVE = 0.2;
const BAD_IN_A_ROW = 10;

/** A ring of what was; what has not been seen yet counts as good, so one early fault is no verdict. */
class Last {
  sum: number;
  readonly #values: Uint16Array;
  #next = 0;

  constructor(length: number, unseen: number) {
    this.#values = new Uint16Array(length).fill(unseen);
    this.sum = length * unseen;
  }

  push(value: number): void {
    this.sum += value - (this.#values[this.#next] ?? 0);
    this.#values[this.#next] = value;
    this.#next = this.#next + 1 === this.#values.length ? 0 : this.#next + 1;
  }
}

/** Remembers how the last 1000 transactions ended. */
export class LineQuality {
  readonly #bad = new Last(WINDOW, 0);
  readonly #bytes = new Last(WINDOW, SHORT_BYTES);
  readonly #recentBad = new Last(RECENT, 0);
  #badInARow = 0;

  /** @param bytes of request and answer; a long transaction meets more bit errors than a short one on the same line */
  record(outcome: 'good' | 'bad', bytes = SHORT_BYTES): void {
    const isBad = outcome === 'bad' ? 1 : 0;
    this.#bad.push(isBad);
    this.#bytes.push(bytes);
    this.#recentBad.push(isBad);
    this.#badInARow = isBad === 1 ? this.#badInARow + 1 : 0;
  }

  /** As it would be if every transaction were a short one. */
  get badShare(): number {
    return (this.#bad.sum * SHORT_BYTES) / this.#bytes.sum;
  }

  get verdict(): LineStats['quality'] {
    if (this.badShare > STOP_ABOVE || this.#badInARow >= BAD_IN_A_ROW) return 'stop';
    const isBurst = this.#recentBad.sum / RECENT > RECENT_BAD_ABOVE;
    return isBurst || this.badShare > REFUSE_MOTION_ABOVE ? 'refuse-motion' : 'good';
  }
}
