import { exactly, isCertainlyTrue, type Interval, type Value } from '../expressions/index.ts';
import { around, hull, longestBraking, reachOf, strayOf, type AxisBounds, type AxisNow } from './axis-now.ts';
import { AxisClaims, isKept, type Claim } from './claims.ts';
import { brokenWords, forbiddenWords, type Shown } from './forbidden.ts';
import type { Interlock, Zone } from './interlock.ts';
import { decelerationOf, needsPermission, sweepOf, targetOf, type MotionOrder } from './order.ts';
import { isWayOut, type Inside } from './way-out.ts';

export interface GuardParts {
  readonly interlocks: readonly Interlock[];
  readonly bounds: ReadonlyMap<string, AxisBounds>;
  /** Null while a drive is not known at all, or not any more. */
  readonly now: (drive: string) => AxisNow | null;
  /** Monotonic. */
  readonly nowMs: () => number;
}

/** A motion that may be begun. One of the two must be called, whatever becomes of it. */
export interface Permission {
  /** The axis has taken it, or may have. */
  begun(): void;
  /** It never got there. */
  takeBack(): void;
}

export type Admitted =
  { readonly ok: true; readonly permission: Permission } | { readonly ok: false; readonly detail: string };

/** An interlock that does not certainly hold, and the drives of it that move or are about to. */
export interface Broken {
  readonly words: string;
  readonly movers: readonly string[];
}

const NOT_CONCERNED: Admitted = {
  ok: true,
  permission: { begun: () => undefined, takeBack: () => undefined },
};

/**
 * Keeps the interlocks of some axes, wherever it runs. A motion is asked for beforehand and claims every position that it
 * may pass; it is permitted when all interlocks hold for every combination of what is claimed, so whichever axis is where
 * in its claim, none is broken. What moves without a claim, or leaves it, is watched with where it heads for and with the
 * distance in which it can be halted.
 */
export class InterlockGuard {
  readonly #parts: GuardParts;
  readonly #claims: ReadonlyMap<string, AxisClaims>;
  readonly #rules: ReadonlyMap<string, readonly Interlock[]>;
  /** Seen under way when they were seen last. */
  readonly #moved = new Set<string>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
    const named = new Set(parts.interlocks.flatMap(({ drives }) => drives));
    this.#claims = new Map([...named].map((drive) => [drive, new AxisClaims()]));
    const rulesOf = (drive: string): readonly Interlock[] =>
      parts.interlocks.filter(({ drives }) => drives.includes(drive));
    this.#rules = new Map([...named].map((drive) => [drive, rulesOf(drive)]));
  }

  /** Drives whose place or motion decides whether this one may do that, itself among them; none where nothing is asked. */
  concernedBy(drive: string, order: MotionOrder | null = null): ReadonlySet<string> {
    if (order !== null && !needsPermission(order)) return new Set();
    return new Set(this.#of(drive).flatMap(({ drives }) => drives));
  }

  /** Whether something that an interlock names has a permission, or is seen to move. */
  isAnythingUnderWay(): boolean {
    this.#settle();
    return [...this.#claims.keys()].some((drive) => this.#isUnderWay(drive));
  }

  admit(drive: string, order: MotionOrder): Admitted {
    const claims = this.#claims.get(drive);
    const bounds = this.#parts.bounds.get(drive);
    if (claims === undefined || bounds === undefined || !needsPermission(order)) return NOT_CONCERNED;
    this.#settle();
    const claim = this.#claimFor(drive, order, bounds);
    claims.add(claim);
    const forbidden = this.#of(drive).find((rule) => !claim.waysOut.has(rule.id) && !this.#holds(rule));
    if (forbidden !== undefined) {
      const drives = [drive, ...forbidden.drives.filter((other) => other !== drive)];
      const detail = forbiddenWords(`${order.command} of ${drive}`, forbidden, this.#shown(drives));
      claims.takeBack(claim);
      return { ok: false, detail };
    }
    return {
      ok: true,
      permission: {
        begun: () => claims.begin(claim, this.#parts.nowMs()),
        takeBack: () => claims.takeBack(claim),
      },
    };
  }

  /** Interlocks, of one drive or all, that do not certainly hold while something of them moves. */
  broken(drive: string | null = null): readonly Broken[] {
    const rules = drive === null ? this.#parts.interlocks : this.#of(drive);
    if (rules.length === 0) return [];
    this.#settle();
    return rules.flatMap((rule) => {
      const movers = rule.drives.filter((one) => this.#isUnderWay(one));
      if (movers.length === 0 || this.#holds(rule)) return [];
      if (movers.every((mover) => this.#isLeaving(mover, rule))) return [];
      return [{ words: brokenWords(rule, this.#shown(rule.drives)), movers }];
    });
  }

  #of(drive: string): readonly Interlock[] {
    return this.#rules.get(drive) ?? [];
  }

  #settle(): void {
    for (const [drive, claims] of this.#claims) {
      const now = this.#parts.now(drive);
      claims.settle(now);
      if (now === null) continue;
      if (now.moving === true || now.headsFor !== null) this.#moved.add(drive);
      else this.#moved.delete(drive);
    }
  }

  #claimFor(drive: string, order: MotionOrder, bounds: AxisBounds): Claim {
    const now = this.#parts.now(drive);
    const deceleration = decelerationOf(order, bounds);
    const from = this.#from(drive, deceleration, bounds);
    const sweep = this.#overrun(drive, deceleration, { sweep: sweepOf(order, from, bounds), bounds });
    const position = now?.position ?? null;
    const waysOut = position === null ? [] : this.#waysOut(drive, order, { position, from, bounds });
    return { sweep, deceleration, waysOut: new Set(waysOut) };
  }

  /** Everywhere that it may be when it begins: what it was permitted before may still be under way, or wait in front of this. */
  #from(drive: string, deceleration: number, bounds: AxisBounds): Interval {
    const now = this.#parts.now(drive);
    const claim = this.#claims.get(drive)?.all() ?? null;
    if (now === null) return { lo: -Infinity, hi: Infinity };
    const reach = reachOf(now, bounds, deceleration);
    if (claim === null) return hull(reach, strayOf(now, bounds));
    if (!isKept(claim, now, bounds)) return hull(claim.sweep, hull(reach, strayOf(now, bounds)));
    if (deceleration >= claim.deceleration) return claim.sweep;
    // with a gentler ramp than it was permitted with, it comes to rest farther on than it would have
    return now.moving === true ? hull(claim.sweep, reach) : around(claim.sweep, longestBraking(bounds, deceleration));
  }

  /** Of two orders on their way with two ramps, the gentler may meet the motion of the other. */
  #overrun(
    drive: string,
    deceleration: number,
    { sweep, bounds }: { readonly sweep: Interval; readonly bounds: AxisBounds },
  ): Interval {
    const claims = this.#claims.get(drive);
    const claim = claims?.all() ?? null;
    if (claim === null || claims?.isAnyAsked() !== true || claim.deceleration === deceleration) return sweep;
    return around(hull(sweep, claim.sweep), longestBraking(bounds, Math.min(deceleration, claim.deceleration)));
  }

  /** Rules that are broken already, in whose zone this axis stands among others at rest, and out of which it goes. */
  #waysOut(drive: string, order: MotionOrder, inside: Inside): readonly string[] {
    const target = targetOf(order, exactly(inside.position), inside.bounds);
    const rules = this.#of(drive).filter((rule) => {
      const zone = rule.zones.get(drive);
      const others = rule.drives.filter((other) => other !== drive);
      return zone !== undefined && others.every((other) => !this.#mayMove(other)) && isWayOut(zone, target, inside);
    });
    return rules.map(({ id }) => id);
  }

  #isLeaving(drive: string, { id, zones }: Interlock): boolean {
    const now = this.#parts.now(drive);
    const claim = this.#claims.get(drive)?.all() ?? null;
    const bounds = this.#parts.bounds.get(drive);
    if (now === null || claim === null || bounds === undefined) return false;
    return claim.waysOut.has(id) && isKept(claim, now, bounds) && headsOut(now, zones.get(drive));
  }

  #mayMove(drive: string): boolean {
    const now = this.#parts.now(drive);
    return now === null || now.moving === null || this.#isUnderWay(drive);
  }

  /** It moves, or has what makes it move; one that is not known any more goes on with what it did. */
  #isUnderWay(drive: string): boolean {
    return this.#moved.has(drive) || (this.#claims.get(drive)?.all() ?? null) !== null;
  }

  #holds({ must }: Interlock): boolean {
    return isCertainlyTrue(must, {
      name: () => null,
      reading: (drive, word) => this.#reading(drive, word),
    });
  }

  #reading(drive: string, word: string): Value {
    const [shown] = this.#shown([drive]);
    if (shown?.bounds === undefined || shown.now === null) return null;
    const { now, claim, bounds } = shown;
    if (word === 'position') return now.position === null ? null : placeOf(now, claim, bounds);
    const isSteady = claim === null && now.moving === false && now.headsFor === null;
    return isSteady || !PASSING.has(word) ? now.reading(word) : passing(now, claim, word);
  }

  #shown(drives: readonly string[]): readonly Shown[] {
    return drives.map((drive) => ({
      drive,
      now: this.#parts.now(drive),
      claim: this.#claims.get(drive)?.all() ?? null,
      bounds: this.#parts.bounds.get(drive),
    }));
  }
}

/** Not back: where it heads for lies outside the zone, or no deeper in than it is. */
function headsOut({ position, headsFor, isBraking, moving }: AxisNow, zone: Zone | undefined): boolean {
  if (zone === undefined || position === null) return false;
  if (typeof headsFor !== 'number') return isBraking || moving === false;
  const depth = (at: number): number => Math.min(at - zone[0], zone[1] - at);
  return depth(headsFor) < 0 || depth(headsFor) < depth(position);
}

/** A permission says where it is, as long as it keeps to it. */
function placeOf(now: AxisNow, claim: Claim | null, bounds: AxisBounds): Interval {
  if (claim === null) return strayOf(now, bounds);
  return isKept(claim, now, bounds) ? claim.sweep : hull(claim.sweep, strayOf(now, bounds));
}

/** Readings that a motion changes by itself. */
const PASSING = new Set(['moving', 'velocity', 'state', 'inPosition', 'target', 'followingError']);

/** Of an axis that may begin to move, or end, at any moment. */
const passing = ({ moving }: AxisNow, claim: Claim | null, word: string): Value =>
  word === 'moving' && claim === null && moving === true ? true : null;
