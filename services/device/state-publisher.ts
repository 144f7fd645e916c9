import type { Cancel, Clock } from '../../drivers/base/index.ts';
import type { DriveStateMessage } from '../contracts/index.ts';
import { hasDrifted, hasNewFacts, type Deadband } from './state-significance.ts';

interface PublisherParts {
  readonly clock: Clock;
  readonly deadband: Deadband;
  readonly read: () => DriveStateMessage;
  readonly publish: (message: DriveStateMessage) => void;
}

const AT_MOST_EVERY_MS = 100;
const AT_LEAST_EVERY_MS = 30_000;

/** Facts at once, readings when they leave their deadband but at most ten times a second, all at least every 30 s. */
export class StatePublisher {
  readonly #parts: PublisherParts;
  #published: { readonly message: DriveStateMessage; readonly atMs: number } | null = null;
  #cancelLater: Cancel | null = null;
  #cancelHeartbeat: Cancel | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** The state may have changed. */
  consider(): void {
    const message = this.#parts.read();
    const before = this.#published;
    if (before === null || hasNewFacts(before.message, message)) this.#publish(message);
    else if (hasDrifted(before.message, message, this.#parts.deadband)) this.#publishInTime(before.atMs);
  }

  publishNow(): void {
    this.#publish(this.#parts.read());
  }

  #publish(message: DriveStateMessage): void {
    const { clock, publish } = this.#parts;
    this.close();
    this.#published = { message, atMs: clock.nowMs() };
    publish(message);
    this.#cancelHeartbeat = clock.after(AT_LEAST_EVERY_MS, () => this.publishNow());
  }

  close(): void {
    this.#cancelLater?.();
    this.#cancelHeartbeat?.();
    this.#cancelLater = null;
    this.#cancelHeartbeat = null;
  }

  #publishInTime(lastAtMs: number): void {
    const waitMs = lastAtMs + AT_MOST_EVERY_MS - this.#parts.clock.nowMs();
    if (waitMs <= 0) this.publishNow();
    else this.#cancelLater ??= this.#parts.clock.after(waitMs, () => this.publishNow());
  }
}
