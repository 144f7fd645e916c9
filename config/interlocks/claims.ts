import type { Interval } from '../expressions/index.ts';
import { hull, type AxisBounds, type AxisNow } from './axis-now.ts';

/** A permission: every position that an axis may pass until it rests. */
export interface Claim {
  readonly sweep: Interval;
  /** The gentlest ramp with which it will brake. */
  readonly deceleration: number;
  /** Interlocks that do not hold and that it leaves behind, by id. */
  readonly waysOut: ReadonlySet<string>;
}

/** The permissions of one axis: those on their way to it, and all that it has begun since it last stood still, as one. */
export class AxisClaims {
  readonly #asked = new Set<Claim>();
  #begun: (Claim & { readonly sinceMs: number }) | null = null;

  add(claim: Claim): void {
    this.#asked.add(claim);
  }

  takeBack(claim: Claim): void {
    this.#asked.delete(claim);
  }

  /** The axis has taken the order, or may have: what it claims ends when the axis is seen at rest after this. */
  begin(claim: Claim, nowMs: number): void {
    if (!this.#asked.delete(claim)) return;
    const before = this.#begun;
    this.#begun = { ...(before === null ? claim : both(before, claim)), sinceMs: nowMs };
  }

  /** Orders on their way, which may reach the axis in any turn. */
  isAnyAsked(): boolean {
    return this.#asked.size > 0;
  }

  settle(now: AxisNow | null): void {
    if (this.#begun !== null && now?.atRest === true && now.askedAtMs > this.#begun.sinceMs) this.#begun = null;
  }

  /** All as one; null without any. */
  all(): Claim | null {
    let all: Claim | null = this.#begun;
    for (const claim of this.#asked) all = all === null ? claim : both(all, claim);
    return all;
  }
}

function both(a: Claim, b: Claim): Claim {
  return {
    sweep: hull(a.sweep, b.sweep),
    deceleration: Math.min(a.deceleration, b.deceleration),
    waysOut: new Set([...a.waysOut].filter((id) => b.waysOut.has(id))),
  };
}

/** Whether it is where it was permitted to be, and goes nowhere else. */
export function isKept({ sweep }: Claim, now: AxisNow, { tolerance }: AxisBounds): boolean {
  const { position, headsFor } = now;
  if (sweep.lo === -Infinity && sweep.hi === Infinity) return true;
  // nothing that was permitted moves it
  if (now.moving === true && headsFor === null && !now.isBraking) return false;
  if (position === null || headsFor === 'anywhere' || !isWithin(sweep, position, tolerance)) return false;
  return headsFor === null || isWithin(sweep, headsFor, tolerance);
}

const isWithin = ({ lo, hi }: Interval, at: number, by: number): boolean => at >= lo - by && at <= hi + by;
