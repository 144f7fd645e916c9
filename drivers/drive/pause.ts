import type { Clock } from '../base/index.ts';

/** A wait that can be cut short. */
export class Pause {
  readonly #clock: Clock;
  #end: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `delayMs` or when cut short; rejects with the signal's reason. One wait at a time. */
  wait(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        signal.removeEventListener('abort', abort);
        this.#end = null;
      };
      const end = (): void => (settle(), resolve());
      const abort = (): void => (settle(), reject(signal.reason as Error));
      const cancel = this.#clock.after(delayMs, end);
      signal.addEventListener('abort', abort, { once: true });
      this.#end = end;
    });
  }

  cutShort(): void {
    this.#end?.();
  }
}
