const SLICES = 10;
const SLICE_MS = 100;

/** So many transactions back that a machine that becomes busy shows within a second, and no single answer does. */
const REMEMBERED = 64;
/** Of fewer nobody can tell what the line carries. */
const FEWEST = 16;

/** Share of the last second in which the line was busy, in slices of 100 ms; a transaction counts where it ends. */
export class Utilisation {
  readonly #busyMs = new Float64Array(SLICES);
  #slice = 0;
  #meanMs = 0;
  #counted = 0;

  add(busyMs: number, nowMs: number, silentMs = 0): void {
    this.#counted = Math.min(this.#counted + 1, REMEMBERED);
    this.#meanMs += (busyMs + silentMs - this.#meanMs) / this.#counted;
    const at = this.#advance(nowMs);
    this.#busyMs[at] = (this.#busyMs[at] ?? 0) + busyMs;
  }

  /** For how long one transaction keeps the line from the next, lately; null before there were some. */
  meanMs(): number | null {
    return this.#counted < FEWEST ? null : this.#meanMs;
  }

  share(nowMs: number): number {
    this.#advance(nowMs);
    const busyMs = this.#busyMs.reduce((sum, slice) => sum + slice, 0);
    return Math.min(1, busyMs / (SLICES * SLICE_MS));
  }

  #advance(nowMs: number): number {
    const slice = Math.floor(nowMs / SLICE_MS);
    for (let passed = Math.max(this.#slice + 1, slice - SLICES + 1); passed <= slice; passed++) {
      this.#busyMs[passed % SLICES] = 0;
    }
    this.#slice = slice;
    return slice % SLICES;
  }
}
