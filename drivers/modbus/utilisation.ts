const SLICES = 10;
const SLICE_MS = 100;

/** Share of the last second in which the line was busy, in slices of 100 ms; a transaction counts where it ends. */
export class Utilisation {
  readonly #busyMs = new Float64Array(SLICES);
  #slice = 0;

  add(busyMs: number, nowMs: number): void {
    const at = this.#advance(nowMs);
    this.#busyMs[at] = (this.#busyMs[at] ?? 0) + busyMs;
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
