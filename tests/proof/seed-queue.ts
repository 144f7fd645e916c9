/** Seeds that are still to be run, in their order; what a dead process leaves comes first. */
export class SeedQueue {
  readonly #seeds: Iterator<number>;
  readonly #back: number[] = [];
  #isClosed = false;
  #isDrained = false;

  constructor(seeds: Iterable<number>) {
    this.#seeds = seeds[Symbol.iterator]();
  }

  take(count: number): number[] {
    if (this.#isClosed) return [];
    const taken = this.#back.splice(0, count);
    while (taken.length < count && !this.#isDrained) {
      const { value, done } = this.#seeds.next();
      if (done === true) this.#isDrained = true;
      else taken.push(value);
    }
    return taken;
  }

  giveBack(seeds: readonly number[]): void {
    this.#back.unshift(...seeds);
  }

  /** Enough is known. */
  close(): void {
    this.#isClosed = true;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  isEmpty(): boolean {
    return this.#isClosed || (this.#isDrained && this.#back.length === 0);
  }
}
