import type { Claim } from './claims.ts';
import type { AxisBounds, AxisNow } from './axis-now.ts';
import type { Interlock } from './interlock.ts';

/** A drive of a broken rule, as a refusal shows it. */
export interface Shown {
  readonly drive: string;
  readonly now: AxisNow | null;
  readonly claim: Claim | null;
  readonly bounds: AxisBounds | undefined;
}

/** Which rule forbids what, where all its axes are, and what to do; whole sentences. */
export function forbiddenWords(what: string, interlock: Interlock, drives: readonly Shown[]): string {
  return `${what} is forbidden by ${interlock.id}: ${interlock.words}. ${drives.map(where).join('; ')}. ${whatToDo(interlock, drives)}`;
}

/** What is kept while things move, and is not any more. */
export const brokenWords = (interlock: Interlock, drives: readonly Shown[]): string =>
  `${interlock.id}: ${interlock.words}. ${drives.map(where).join('; ')}`;

function where({ drive, now, claim, bounds }: Shown): string {
  const unit = bounds?.unit ?? '';
  if (now === null) return `the state of ${drive} is not known`;
  const at =
    now.position === null ? `the position of ${drive} is not known` : `${drive} is at ${shown(now.position)} ${unit}`;
  if (claim !== null) return `${at} and ${passing(claim.sweep)} ${unit}`.trimEnd();
  if (now.moving === false && now.headsFor === null) return at;
  return typeof now.headsFor === 'number' ? `${at} on its way to ${shown(now.headsFor)} ${unit}` : `${at} and moves`;
}

function whatToDo({ zones }: Interlock, drives: readonly Shown[]): string {
  const unknown = drives.find(({ now }) => now === null);
  if (unknown !== undefined)
    return `Bring ${unknown.drive} back first: nothing moves beside an axis that does not answer.`;
  const lost = drives.find(({ now, drive }) => now?.position === null && (zones.size === 0 || zones.has(drive)));
  if (lost !== undefined) return `Home ${lost.drive} first, or declare its position with set-position.`;
  const [asked, ...others] = drives;
  const busy = others.find(({ now, claim }) => claim !== null || now?.moving !== false);
  if (busy !== undefined) return `Wait until ${busy.drive} rests, or halt it.`;
  const inZone = others.find(({ drive, now }) => isIn(zones.get(drive), now?.position ?? null));
  if (inZone !== undefined) return `Bring ${inZone.drive} out of its zone first.`;
  return zones.has(asked?.drive ?? '') ? 'Choose a target outside the zone.' : 'Make the condition true first.';
}

const isIn = (zone: readonly [number, number] | undefined, position: number | null): boolean =>
  zone !== undefined && position !== null && position >= zone[0] && position <= zone[1];

const passing = ({ lo, hi }: Claim['sweep']): string =>
  lo === -Infinity && hi === Infinity ? 'may pass any position in' : `may pass ${shown(lo)} to ${shown(hi)}`;

const shown = (value: number): string => String(Number(value.toFixed(3)));
