import type { Clock } from '../base/index.ts';
import { Pause } from './pause.ts';
import { isTransient } from './retry.ts';
import type { Sampler } from './sampler.ts';

const SLOW_PERIOD_MS = 1000;
/** Where the line has no time for that, slow values wait for so many fast polls. */
const FAST_POLLS_A_SLOW_ONE = 5;
const FAILURES_UNTIL_LOST = 3;

export interface PollerParts {
  readonly sampler: Sampler;
  readonly clock: Clock;
  /** Time from the start of a fast poll to the start of the next; asked again after each hurry. */
  readonly periodMs: () => number;
}

/**
 * Polls until the drive is lost. Slow values are read between two fast polls, so that at most one read of this drive
 * waits for the line at any time and a saturated line starves neither the slow values nor the other drives.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #pause: Pause;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#pause = new Pause(parts.clock);
  }

  /** Ends by rejecting: with the error that made the drive count as lost, or with the signal's reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { sampler, clock } = this.#parts;
    let failures = 0;
    let slowAtMs = -Infinity;
    for (;;) {
      const startMs = clock.nowMs();
      if (startMs - slowAtMs >= Math.max(SLOW_PERIOD_MS, FAST_POLLS_A_SLOW_ONE * this.#parts.periodMs())) {
        slowAtMs = startMs;
        await sampler.takeSlow();
        signal.throwIfAborted();
      }
      failures = this.#wasSampledSince(startMs) ? 0 : await this.#pollOnce(failures);
      signal.throwIfAborted();
      await this.#untilNext(startMs, signal);
    }
  }

  /** Lets the next poll come as early as the period now allows. */
  hurry(): void {
    this.#pause.cutShort();
  }

  /** How many polls have now failed in a row. */
  async #pollOnce(failures: number): Promise<number> {
    try {
      await this.#parts.sampler.poll();
      return 0;
    } catch (error) {
      if (!isTransient(error) || failures + 1 >= FAILURES_UNTIL_LOST) throw error;
      return failures + 1;
    }
  }

  /** A sample that somebody else took meanwhile is as good as a poll. */
  #wasSampledSince(atMs: number): boolean {
    return (this.#parts.sampler.latest()?.sample.sampledAtMs ?? -Infinity) > atMs;
  }

  async #untilNext(startMs: number, signal: AbortSignal): Promise<void> {
    const { clock, periodMs, sampler } = this.#parts;
    const polledMs = clock.nowMs();
    const lastMs = (): number =>
      this.#wasSampledSince(polledMs) ? (sampler.latest()?.sample.sampledAtMs ?? startMs) : startMs;
    const leftMs = (): number => lastMs() + periodMs() - clock.nowMs();
    for (let delayMs = leftMs(); delayMs > 0; delayMs = leftMs()) await this.#pause.wait(delayMs, signal);
  }
}
