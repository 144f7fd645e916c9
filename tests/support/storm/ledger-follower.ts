import { systemClock } from '../../../drivers/base/index.ts';
import type { LedgerEntry } from '../../../simulator/ledger.ts';
import { MotionStory } from './motion-story.ts';

interface Page {
  readonly nowMs: number;
  readonly latest: number;
  readonly entries: readonly LedgerEntry[];
}

const EVERY_MS = 500;

/** Reads the simulator's ledger on and on, so that nothing falls out of it, and knows its clock. */
export class LedgerFollower {
  readonly story = new MotionStory();
  readonly #url: string;
  readonly #end = new AbortController();
  #since = 0;
  #clock = { toUnixMs: 0, uncertainMs: Infinity };
  #following: Promise<void> | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(simulatorUrl: string) {
    this.#url = simulatorUrl;
  }

  /** What to add to its instants for milliseconds since 1970, and by how much that may be wrong. */
  clock = (): { readonly toUnixMs: number; readonly uncertainMs: number } => this.#clock;

  start(): void {
    this.#following = this.#follow();
    // told by finish
    this.#following.catch(() => undefined);
  }

  /** Reads what is left and ends. */
  async finish(): Promise<void> {
    this.#end.abort();
    await this.#following;
    await this.read();
  }

  /** One after the other, whoever asks. */
  async read(): Promise<void> {
    const before = this.#reading;
    this.#reading = before.then(() => this.#readPage());
    await this.#reading;
  }

  /** @throws when an entry has fallen out of the ledger: then it proves nothing any more */
  async #readPage(): Promise<void> {
    const askedMs = systemClock.unixMs();
    const began = systemClock.nowMs();
    const response = await fetch(`${this.#url}/v1/ledger?since=${this.#since}`);
    const uncertainMs = (systemClock.nowMs() - began) / 2;
    const page = (await response.json()) as Page;
    if (page.entries.length !== page.latest - this.#since) {
      throw new Error(`the ledger has lost entries after ${this.#since}: ${page.entries.length} of ${page.latest}`);
    }
    this.#since = page.latest;
    if (uncertainMs < this.#clock.uncertainMs) {
      this.#clock = { toUnixMs: askedMs + uncertainMs - page.nowMs, uncertainMs };
    }
    this.story.follow(page.entries);
  }

  async #follow(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.read();
      await systemClock.sleep(EVERY_MS, this.#end.signal).catch(() => undefined);
    }
  }
}
