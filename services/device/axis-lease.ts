import type { Cancel } from '../../drivers/base/index.ts';
import {
  problem,
  Refusal,
  type DriveEventType,
  type LeaseGrant,
  type LeaseRenewal,
  type LeaseRequest,
} from '../contracts/index.ts';
import type { AxisMemory } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import { instantOf } from './command-record.ts';
import { LeaseBook, type Authority, type Lease } from './domain/lease-book.ts';

const DEFAULT_TTL_MS = 10_000;

type LeaseEvent = Extract<DriveEventType, `lease-${string}`>;

interface LeaseParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  /** What was armed under the lease before must not start under another. */
  readonly disarm: () => void;
  /** Nobody answers any more for a motion that has no end of its own. */
  readonly halt: (cause: string) => void;
}

/** Exclusive control of one axis: granted, renewed, given back, broken; it ends by itself. */
export class AxisLease {
  readonly #parts: LeaseParts;
  readonly #book = new LeaseBook();
  #cancelExpiry: Cancel = () => undefined;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  current(): Lease | null {
    return this.#book.current(this.#parts.kit.clock.nowMs());
  }

  authorityOf(token: string | undefined): Authority {
    return this.#book.authorityOf(token, this.#parts.kit.strict, this.#parts.kit.clock.nowMs());
  }

  /** @throws Refusal leaseHeld */
  take({ owner, ttlMs = DEFAULT_TTL_MS }: LeaseRequest): LeaseGrant {
    const { kit, memory, disarm } = this.#parts;
    const before = this.current();
    const lease = this.#book.take(owner, memory.epoch, this.#until(ttlMs));
    if (lease === null) {
      const detail = `${before?.owner} holds the lease of ${kit.config.id} until ${this.#instantOf(before as Lease)}.`;
      throw new Refusal(problem('leaseHeld', detail, { drive: kit.config.id }));
    }
    if (memory.armed !== null) disarm();
    this.#watch(lease);
    this.#tell('lease-granted', `${owner} holds the lease.`);
    return this.#grantOf(lease);
  }

  /** @throws Refusal leaseExpired or tokenStale */
  renew({ token, ttlMs = DEFAULT_TTL_MS }: LeaseRenewal): LeaseGrant {
    const lease = this.#book.renew(token, this.#until(ttlMs));
    if (lease === null) throw this.#refusal(token);
    this.#watch(lease);
    this.#tell('lease-renewed', `${lease.owner} prolonged the lease.`);
    return this.#grantOf(lease);
  }

  /** @throws Refusal leaseExpired or tokenStale */
  giveBack(token: string): void {
    if (this.current()?.token !== token) throw this.#refusal(token);
    this.#end('lease-returned', (owner) => `${owner} gave the lease back.`);
  }

  /** Ends whoever's lease it is, and halts the axis first. */
  break(reason: string): void {
    if (this.current() === null) return;
    this.#parts.halt(`the lease was broken: ${reason}`);
    this.#end('lease-broken', (owner) => `The lease of ${owner} was broken: ${reason}`);
  }

  /** The tokens of an earlier epoch are worth nothing. */
  forget(): void {
    if (this.current() !== null) this.#end('lease-expired', (owner) => `The lease of ${owner} ended with the epoch.`);
  }

  close(): void {
    this.#cancelExpiry();
  }

  #end(event: LeaseEvent, detail: (owner: string) => string): void {
    this.#cancelExpiry();
    const ended = this.#book.end();
    if (ended !== null) this.#tell(event, detail(ended.owner));
  }

  #watch(lease: Lease): void {
    const { clock } = this.#parts.kit;
    this.#cancelExpiry();
    this.#cancelExpiry = clock.after(lease.expiresAtMs - clock.nowMs(), () => this.#expired(lease));
  }

  #expired({ owner }: Lease): void {
    const { memory, halt } = this.#parts;
    this.#end('lease-expired', () => `The lease of ${owner} ended without being renewed.`);
    // a move to a position ends by itself; a velocity goes on until its far end
    if (memory.active?.work.motion?.kind === 'continuousMotion') halt(`the lease of ${owner} ended`);
  }

  #until(ttlMs: number): { readonly nowMs: number; readonly expiresAtMs: number } {
    const nowMs = this.#parts.kit.clock.nowMs();
    return { nowMs, expiresAtMs: nowMs + ttlMs };
  }

  #tell(type: LeaseEvent, detail: string): void {
    const { listener } = this.#parts.kit;
    listener.event({ type, detail });
    listener.changed();
  }

  #refusal(token: string): Refusal {
    const { kit } = this.#parts;
    const code = this.authorityOf(token) === 'tokenStale' ? 'tokenStale' : 'leaseExpired';
    return new Refusal(
      problem(code, `This token is not the current lease of ${kit.config.id}.`, { drive: kit.config.id }),
    );
  }

  #grantOf(lease: Lease): LeaseGrant {
    const { kit, memory } = this.#parts;
    const { owner, token } = lease;
    return { drive: kit.config.id, owner, token, expiresAt: this.#instantOf(lease), epoch: memory.epoch };
  }

  #instantOf({ expiresAtMs }: Lease): string {
    return leaseEnd(expiresAtMs, this.#parts.kit);
  }
}

/** The end of a lease for people. */
export function leaseEnd(expiresAtMs: number, { clock }: Pick<AxisKit, 'clock'>): string {
  return instantOf(clock.unixMs() + expiresAtMs - clock.nowMs());
}
