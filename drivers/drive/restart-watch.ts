import { isDriverError } from '../base/index.ts';
import type { DriveSample } from './drive.ts';
import type { InTurn } from './turns.ts';

export interface RestartWatchParts {
  /** How long the drive is silent when it boots. */
  readonly bootMs: number;
  /** As it was when the drive was identified; null where it counts no boots. */
  readonly bootCounter: () => number | null;
  /** How many requests have stayed without an answer so far. */
  readonly unanswered: () => number;
  /** Whether it still holds what was written into it when it was found. */
  readonly isConfigured: () => Promise<boolean>;
  /** Nothing else is commanded until that is known. */
  readonly inTurn: InTurn;
  readonly restarted: () => void;
}

interface Reading {
  readonly sampledAtMs: number;
  readonly unanswered: number;
}

/**
 * Notices that a drive was off and on between two readings, though it was never missed: by its boot counter; where it has
 * none, a silence as long as its boot is a doubt, or what others see in its readings, and what the drive has forgotten of its
 * configuration the proof.
 */
export class RestartWatch {
  readonly #parts: RestartWatchParts;
  #before: Reading | null = null;
  /** Of the last sign that it was off. What was asked before it tells nothing of it. */
  #doubt: symbol | null = null;
  #isAsking = false;

  constructor(parts: RestartWatchParts) {
    this.#parts = parts;
  }

  /** The drive is lost: what was read of it before is no measure for what comes after. */
  forget(): void {
    this.#before = null;
    this.#doubt = null;
  }

  /** The next reading asks. */
  suspect(): void {
    this.#doubt = Symbol('off?');
  }

  note({ sampledAtMs, state }: DriveSample): void {
    const { bootCounter, restarted } = this.#parts;
    const reading = { sampledAtMs, unanswered: this.#parts.unanswered() };
    const before = this.#before;
    this.#before = reading;
    if (state.bootCounter !== bootCounter()) return restarted();
    if (state.bootCounter !== null) return;
    if (before !== null && this.#wasSilent(before, reading)) this.suspect();
    if (this.#doubt !== null && !this.#isAsking) void this.#ask();
  }

  #wasSilent(before: Reading, now: Reading): boolean {
    return now.unanswered > before.unanswered && now.sampledAtMs - before.sampledAtMs >= this.#parts.bootMs;
  }

  /** An answer that is lost leaves the doubt, and the next reading asks again. */
  async #ask(): Promise<void> {
    const { inTurn, isConfigured, restarted } = this.#parts;
    const doubt = this.#doubt;
    this.#isAsking = true;
    try {
      const isSame = await inTurn(isConfigured);
      if (this.#doubt !== doubt) return;
      this.#doubt = null;
      if (!isSame) restarted();
    } catch (error) {
      if (!isDriverError(error)) throw error;
    } finally {
      this.#isAsking = false;
    }
  }
}
