import type { Clock, Random } from '../../drivers/base/index.ts';
import {
  problem,
  Refusal,
  type LeadershipGrant,
  type LeadershipRenewal,
  type LeadershipRequest,
  type LeadershipState,
} from '../contracts/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { instantOf } from './command-record.ts';
import { LeaseBook } from './domain/lease-book.ts';
import { newEpoch } from './random-ids.ts';

interface LeadershipParts {
  readonly line: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Which of several orchestrators the line obeys: a lease whose token fences, as that of a drive does. It stands only
 * between orchestrators; whoever commands a drive directly shows no such token and is asked for none.
 */
export class LineLeadership {
  readonly #parts: LeadershipParts;
  readonly #book = new LeaseBook();
  /** Of this process: a token of an earlier one is worth nothing. */
  readonly #epoch: string;
  #leader: LeadershipRequest['leader'] | null = null;

  constructor(parts: LeadershipParts) {
    this.#parts = parts;
    this.#epoch = newEpoch(parts.random);
  }

  admits(fence: string): boolean {
    return this.#book.authorityOf(fence, false, this.#nowMs()) === 'granted';
  }

  /** @throws Refusal fenced */
  check(fence: string): void {
    if (this.admits(fence)) return;
    const { leader } = this.state();
    const whom = leader === null ? 'no orchestrator at the moment' : `${leader.name} at ${leader.url}`;
    throw new Refusal(
      problem('fenced', `Line ${this.#parts.line} obeys ${whom}; this token leads no more.`, insteadOf(leader)),
    );
  }

  state(): LeadershipState {
    const held = this.#book.current(this.#nowMs());
    const { line, clock } = this.#parts;
    if (held === null) return { line, leader: null, until: null, lapsed: this.#leader !== null };
    const until = instantOf(clock.unixMs() + held.expiresAtMs - clock.nowMs());
    return { line, leader: this.#leader, until, lapsed: false };
  }

  /** @throws Refusal leaseHeld, unless it is taken over */
  take({ leader, instance, ttlMs, takeOver = false }: LeadershipRequest): LeadershipGrant {
    const { line, logger } = this.#parts;
    const before = this.state().leader;
    if (takeOver) this.#book.end();
    const lease = this.#book.take(instance, this.#epoch, this.#until(ttlMs));
    if (lease === null) {
      const detail = `Line ${line} obeys ${before?.name} at ${before?.url}.`;
      throw new Refusal(problem('leaseHeld', detail, insteadOf(before)));
    }
    this.#leader = leader;
    logger.info({ line, leader, before }, `line ${line} obeys orchestrator ${leader.name}`);
    return { line, token: lease.token };
  }

  /** @throws Refusal fenced */
  renew({ token, ttlMs }: LeadershipRenewal): LeadershipGrant {
    if (this.#book.renew(token, this.#until(ttlMs)) === null) this.check(token);
    return { line: this.#parts.line, token };
  }

  /** @throws Refusal fenced */
  giveBack(token: string): void {
    this.check(token);
    this.#book.end();
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  #until(ttlMs: number): { readonly nowMs: number; readonly expiresAtMs: number } {
    const nowMs = this.#nowMs();
    return { nowMs, expiresAtMs: nowMs + ttlMs };
  }
}

const insteadOf = (leader: LeadershipRequest['leader'] | null): { instead?: string } =>
  leader === null ? {} : { instead: leader.url };
