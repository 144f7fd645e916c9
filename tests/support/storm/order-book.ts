import type { Random } from '../../../drivers/base/index.ts';
import { SITE_DRIVE } from './process-site.ts';

/** What a client was told of one sending. */
export type Answer =
  | { readonly kind: 'accepted' }
  /** A definite no: this sending has moved nothing. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Nobody knows whether it arrived. */
  | { readonly kind: 'doubt'; readonly why: string };

/** How a command ended, as far as its client could learn. */
type Outcome = 'done' | 'aborted' | 'failed' | 'refused' | 'unknown';

/** One move that was commanded. Its target is no other order's, so that a motion in the ledger tells whose it is. */
export interface Order {
  readonly id: string;
  readonly drive: string;
  readonly targetCounts: number;
  /** What every sending carries, the same each time. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970; no motion of it may start later. */
  readonly deadlineUnixMs: number;
  readonly answers: Answer[];
  outcome: Outcome;
}

interface Wish {
  readonly drive: string;
  readonly fromMm: number;
  readonly epoch: string;
  readonly issuedAtUnixMs: number;
}

/** Targets are whole hundredths of a millimetre. */
const STEPS_PER_MM = 100;
const [LOWEST_MM, HIGHEST_MM] = SITE_DRIVE.rangeMm;
const SHORTEST_MM = 5;
const LONGEST_MM = 80;
const TTL_MS = { least: 200, most: 2000 };
const SLOWEST_SHARE = 0.4;

/** Every move that was commanded, by the target that is its alone. */
export class OrderBook {
  readonly #random: Random;
  readonly #byTarget = new Map<number, Order>();

  constructor(random: Random) {
    this.#random = random;
  }

  orders = (): readonly Order[] => [...this.#byTarget.values()];
  withTarget = (counts: number): Order | undefined => this.#byTarget.get(counts);

  /** A move to somewhere near that nobody was ever sent to. */
  place({ drive, fromMm, epoch, issuedAtUnixMs }: Wish): Order {
    const positionMm = this.#freeTarget(fromMm);
    const ttlMs = Math.round(TTL_MS.least + this.#random() * (TTL_MS.most - TTL_MS.least));
    const velocity = SITE_DRIVE.maxVelocityMmPerS * (SLOWEST_SHARE + this.#random() * (1 - SLOWEST_SHARE));
    const id = newUuid(this.#random);
    const order: Order = {
      id,
      drive,
      targetCounts: Math.round(positionMm * SITE_DRIVE.countsPerMm),
      body: {
        id,
        position: positionMm,
        velocity: Math.round(velocity * 100) / 100,
        ttlMs,
        issuedAt: new Date(issuedAtUnixMs).toISOString(),
        epoch,
      },
      deadlineUnixMs: issuedAtUnixMs + ttlMs,
      answers: [],
      outcome: 'unknown',
    };
    this.#byTarget.set(order.targetCounts, order);
    return order;
  }

  #freeTarget(fromMm: number): number {
    for (;;) {
      const way = this.#random() < 0.5 ? -1 : 1;
      const wishedMm = fromMm + way * (SHORTEST_MM + this.#random() * (LONGEST_MM - SHORTEST_MM));
      const positionMm = Math.round(wishedMm * STEPS_PER_MM) / STEPS_PER_MM;
      const isInside = positionMm >= LOWEST_MM && positionMm <= HIGHEST_MM;
      if (isInside && !this.#byTarget.has(Math.round(positionMm * SITE_DRIVE.countsPerMm))) return positionMm;
    }
  }
}

/** RFC 9562, version 4, from a given chance. */
export function newUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [0, 8, 12, 16, 20].map((at, index, all) => text.slice(at, all[index + 1] ?? 32)).join('-');
}
