/** One commander's exclusive right to command an axis, until it ends. */
export interface Lease {
  readonly owner: string;
  /** Epoch and number: of two tokens of one epoch the greater number is the newer one. */
  readonly token: string;
  readonly expiresAtMs: number;
}

/** What a command's token, or its absence, is worth. */
export type Authority = 'granted' | 'leaseHeld' | 'leaseExpired' | 'tokenStale' | 'leaseRequired';

/**
 * Who may command the axis. The token fences: a commander that was paused for longer than its lease comes back with an
 * old one and is refused, whatever it believes (Kleppmann, "How to do distributed locking"). Monotonic time only.
 */
export class LeaseBook {
  #lease: Lease | null = null;
  #granted = 0;

  current(nowMs: number): Lease | null {
    return this.#lease !== null && nowMs < this.#lease.expiresAtMs ? this.#lease : null;
  }

  /** Null while another owner holds it; its own owner takes it anew, with a new token that fences the old one. */
  take(owner: string, epoch: string, untilMs: { readonly nowMs: number; readonly expiresAtMs: number }): Lease | null {
    const held = this.current(untilMs.nowMs);
    if (held !== null && held.owner !== owner) return null;
    this.#lease = { owner, token: `${epoch}.${++this.#granted}`, expiresAtMs: untilMs.expiresAtMs };
    return this.#lease;
  }

  /** Prolongs the lease that the token names; null where that is not the current one. */
  renew(token: string, untilMs: { readonly nowMs: number; readonly expiresAtMs: number }): Lease | null {
    const held = this.current(untilMs.nowMs);
    if (held === null || held.token !== token) return null;
    this.#lease = { ...held, expiresAtMs: untilMs.expiresAtMs };
    return this.#lease;
  }

  /** Ends it, whoever holds it; gives what was ended. */
  end(): Lease | null {
    const ended = this.#lease;
    this.#lease = null;
    return ended;
  }

  /** @param token of the command; @param isStrict a lease is obligatory */
  authorityOf(token: string | undefined, isStrict: boolean, nowMs: number): Authority {
    const held = this.current(nowMs);
    if (token === undefined) return held !== null ? 'leaseHeld' : isStrict ? 'leaseRequired' : 'granted';
    if (held?.token === token) return 'granted';
    return held !== null && numberOf(token) < numberOf(held.token) ? 'tokenStale' : 'leaseExpired';
  }
}

const numberOf = (token: string): number => Number(token.slice(token.lastIndexOf('.') + 1));
