import type { SwitchStates } from '../plant/mechanics.ts';

/** How a method finds its edge; `way` is the direction in which the search begins. */
interface Method {
  readonly way: 1 | -1;
  /** Turns round at the limit switch on its way; otherwise the switch there ends the search in an error. */
  readonly reverses: boolean;
}

/** The methods on a home switch without index pulse (CiA 402, 6098h); 35 and 37 take the present position instead. */
const methods: Readonly<Record<number, Method>> = {
  19: { way: 1, reverses: false },
  21: { way: -1, reverses: false },
  23: { way: 1, reverses: true },
  27: { way: -1, reverses: true },
};

export const isHomingInPlace = (method: number): boolean => method === 35 || method === 37;

type SearchPhase = 'seek' | 'seekBack' | 'clear' | 'approach' | 'leave';

interface Phase {
  /** Against the direction in which the search began. */
  readonly back: boolean;
  readonly speed: 'fast' | 'slow';
  /** What the switch must do while the shaft goes the way of the phase. */
  readonly until: 'closed' | 'opened';
  readonly leadsTo: SearchPhase | 'found';
}

/** Where the switch opens at the end of `leave` is the reference; `clear` is for a start on the switch. */
const phases: Readonly<Record<SearchPhase, Phase>> = {
  seek: { back: false, speed: 'fast', until: 'closed', leadsTo: 'leave' },
  seekBack: { back: true, speed: 'fast', until: 'closed', leadsTo: 'clear' },
  clear: { back: true, speed: 'fast', until: 'opened', leadsTo: 'approach' },
  approach: { back: false, speed: 'slow', until: 'closed', leadsTo: 'leave' },
  leave: { back: true, speed: 'slow', until: 'opened', leadsTo: 'found' },
};

export interface Search {
  readonly method: number;
  readonly phase: SearchPhase;
  /** The switch was closed while the shaft went the way of this phase; a fast search may have run past it. */
  readonly wasClosed: boolean;
}

/** What the search sees. */
export interface Seen extends SwitchStates {
  /** counts/s */
  readonly velocity: number;
}

export type SearchStep = { readonly search: Search } | { readonly end: 'found' | 'failed' };

/** Null when the method needs no search or is unknown. */
export function beginSearch(method: number, switches: SwitchStates): Search | null {
  if (methods[method] === undefined) return null;
  return enter(method, switches.home ? 'clear' : 'seek');
}

/** Direction and speed of a phase. */
export function courseOf({ method, phase }: Search): { readonly way: number; readonly speed: 'fast' | 'slow' } {
  const { back, speed } = phases[phase];
  const way = methods[method]?.way ?? 1;
  return { way: back ? -way : way, speed };
}

/** The same search when nothing changes. */
export function stepSearch(search: Search, seen: Seen): SearchStep {
  const { way } = courseOf(search);
  if (way > 0 ? seen.positive : seen.negative) return atLimit(search);
  const { until, leadsTo } = phases[search.phase];
  if (until === 'closed') return seen.home ? goOn(search, leadsTo) : { search };
  if (seen.velocity * way <= 0) return { search };
  if (seen.home) return { search: search.wasClosed ? search : { ...search, wasClosed: true } };
  return search.wasClosed ? goOn(search, leadsTo) : { search };
}

function goOn({ method }: Search, next: SearchPhase | 'found'): SearchStep {
  return next === 'found' ? { end: 'found' } : { search: enter(method, next) };
}

function atLimit(search: Search): SearchStep {
  const mayReverse = search.phase === 'seek' && methods[search.method]?.reverses === true;
  return mayReverse ? goOn(search, 'seekBack') : { end: 'failed' };
}

const enter = (method: number, phase: SearchPhase): Search => ({ method, phase, wasClosed: false });
