import { isDriverError, type Clock } from '../base/index.ts';
import { Pause } from './pause.ts';
import { isTransient } from './retry.ts';
import type { Sampler } from './sampler.ts';

const SLOW_PERIOD_MS = 1000;
const FAILURES_UNTIL_LOST = 3;

export interface PollerParts {
  readonly sampler: Sampler;
  readonly clock: Clock;
  /** Time from the start of a fast poll to the start of the next; asked again after each hurry. */
  readonly periodMs: () => number;
}

/** Polls until the drive is lost; at most one fast and one slow read of this drive are queued at any time. */
export class Poller {
  readonly #parts: PollerParts;
  readonly #pause: Pause;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#pause = new Pause(parts.clock);
  }

  /** Ends by rejecting: with the error that made the drive count as lost, or with the signal's reason. */
  async run(signal: AbortSignal): Promise<never> {
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    try {
      return await Promise.race([this.#pollFast(both), this.#pollSlow(both)]);
    } finally {
      ended.abort();
    }
  }

  /** Lets the next poll come as early as the period now allows. */
  hurry(): void {
    this.#pause.cutShort();
  }

  async #pollFast(signal: AbortSignal): Promise<never> {
    const { sampler, clock } = this.#parts;
    for (let failures = 0; ;) {
      const startMs = clock.nowMs();
      try {
        await sampler.take('fast');
        failures = 0;
      } catch (error) {
        failures++;
        if (!isTransient(error) || failures >= FAILURES_UNTIL_LOST) throw error;
      }
      signal.throwIfAborted();
      await this.#untilNext(startMs, signal);
    }
  }

  async #untilNext(startMs: number, signal: AbortSignal): Promise<void> {
    const { clock, periodMs } = this.#parts;
    const leftMs = (): number => startMs + periodMs() - clock.nowMs();
    for (let delayMs = leftMs(); delayMs > 0; delayMs = leftMs()) await this.#pause.wait(delayMs, signal);
  }

  async #pollSlow(signal: AbortSignal): Promise<never> {
    const { sampler, clock } = this.#parts;
    for (;;) {
      await sampler.takeSlow().catch(passOver);
      await clock.sleep(SLOW_PERIOD_MS, signal);
    }
  }
}

/** A missed slow value stays away; whether the drive is there, the fast polls say. */
function passOver(error: unknown): void {
  if (!isDriverError(error)) throw error;
}
