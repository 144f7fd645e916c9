import type { UnitCounters } from './line.ts';

/** After so many silences in a row a unit is polled only once a back-off period. */
const SILENCES_TO_DEMOTE = 3;
/** A dead unit may cost the others at most 1/25 of the line's time. */
const PERIOD_IN_TIMEOUTS = 25;
const SHORTEST_PERIOD_MS = 1000;
const LONGEST_PERIOD_MS = 5000;
/** Weight of the newest round trip in the running mean. */
const NEWEST = 0.1;

/** What the line knows of one unit: its counters, and whether it is there. */
export class UnitRecord {
  requests = 0;
  answers = 0;
  timeouts = 0;
  badFrames = 0;
  exceptions = 0;
  /** Until then a late answer to a poll may still come: no read of this unit may be sent. */
  quietUntilMs = 0;
  #roundTripMs: number | null = null;
  #roundTripMaxMs: number | null = null;
  #silences = 0;
  #periodMs = 0;
  #nextProbeMs = 0;

  get isDemoted(): boolean {
    return this.#silences >= SILENCES_TO_DEMOTE;
  }

  get isSilent(): boolean {
    return this.#silences > 0;
  }

  /** Whether there is anything that time could have ended. */
  get mayBeAbsent(): boolean {
    return this.isDemoted || this.quietUntilMs > 0;
  }

  isProbeDue(nowMs: number): boolean {
    return nowMs >= this.#nextProbeMs;
  }

  /** Gives how many silences came before: isolated ones are faults of the line, many are a dead unit. */
  answered(tookMs: number): number {
    this.answers++;
    this.#roundTripMs = this.#roundTripMs === null ? tookMs : this.#roundTripMs + NEWEST * (tookMs - this.#roundTripMs);
    if (this.#roundTripMaxMs === null || tookMs > this.#roundTripMaxMs) this.#roundTripMaxMs = tookMs;
    const isolated = this.isDemoted ? 0 : this.#silences;
    this.forgive();
    return isolated;
  }

  silent(nowMs: number, timeoutMs: number): void {
    this.timeouts++;
    this.#silences++;
    if (!this.isDemoted) return;
    const least = Math.max(SHORTEST_PERIOD_MS, PERIOD_IN_TIMEOUTS * timeoutMs);
    this.#periodMs = Math.max(least, Math.min(2 * this.#periodMs, LONGEST_PERIOD_MS));
    this.#nextProbeMs = nowMs + this.#periodMs;
  }

  /** Whatever goes to a demoted unit probes it: the next poll not before the outcome. */
  sent(): void {
    this.requests++;
    if (this.isDemoted) this.#nextProbeMs = Number.POSITIVE_INFINITY;
  }

  /** Something answered, though not what was asked. */
  garbled(): void {
    this.badFrames++;
    this.forgive();
  }

  /** A fresh chance, as after the port was opened anew. */
  forgive(): void {
    this.#silences = 0;
    this.#periodMs = 0;
  }

  counters(): UnitCounters {
    const { requests, answers, timeouts, badFrames, exceptions } = this;
    const [roundTripMs, roundTripMaxMs] = [this.#roundTripMs, this.#roundTripMaxMs];
    return { requests, answers, timeouts, badFrames, exceptions, roundTripMs, roundTripMaxMs };
  }
}
