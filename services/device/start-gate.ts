import { DriverError, type Clock } from '../../drivers/base/index.ts';
import { deferred } from './command-record.ts';

interface GateParts {
  /** How many wait before it opens. */
  readonly size: number;
  /** Monotonic instant before which it stays closed. */
  readonly dueMs: number;
  readonly clock: Clock;
}

/** Holds several starts back until all of them are ready and their instant has come; one that fails before lets none pass. */
export class StartGate {
  readonly #parts: GateParts;
  readonly #places: readonly ReturnType<typeof deferred<void>>[];
  readonly #closed = new AbortController();
  #ready = 0;
  #isOpen = false;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#places = Array.from({ length: parts.size }, () => deferred<void>());
    // who has failed already waits no more
    for (const { promise } of this.#places) promise.catch(() => undefined);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves for all in the order of their places; rejects with DriverError when one of them will not come. */
  async pass(place: number, signal: AbortSignal): Promise<void> {
    const leave = (): void => this.close(String(signal.reason));
    signal.addEventListener('abort', leave, { once: true });
    if (++this.#ready === this.#parts.size) void this.#open();
    try {
      await this.#places[place]?.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Nobody passes any more. */
  close(why: string): void {
    if (this.#isOpen || this.#closed.signal.aborted) return;
    this.#closed.abort();
    const error = new DriverError('FENCED', `a start that belongs to it will not come: ${why}`);
    for (const { reject } of this.#places) reject(error);
  }

  async #open(): Promise<void> {
    const { clock, dueMs } = this.#parts;
    const waitMs = dueMs - clock.nowMs();
    if (waitMs > 0) await clock.sleep(waitMs, this.#closed.signal).catch(() => undefined);
    if (this.#closed.signal.aborted) return;
    this.#isOpen = true;
    for (const { resolve } of this.#places) resolve();
  }
}
