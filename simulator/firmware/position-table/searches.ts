import type { Legs } from '../legs.ts';
import type { Shaft } from '../shaft.ts';

/** What the search sees. */
export interface Seen {
  readonly shaft: Shaft;
  readonly nowMs: () => number;
}

export interface Speeds {
  readonly fast: number;
  readonly slow: number;
  /** How long the motor pushes against a wall before it is taken for one. */
  readonly stallMs: number;
}

/** Pr8.10: bit 0 the direction, bits 2 and 3 what is looked for. */
export function searchOf(mode: number, seen: Seen, speeds: Speeds): Legs {
  const way = (mode & 1) === 0 ? -1 : 1;
  const looksFor = (mode >> 2) & 3;
  if (looksFor === 0) return limitSwitch(way, seen, speeds);
  return looksFor === 3 ? wall(way, seen, speeds) : homeSwitch(way, seen, speeds);
}

const isAtLimit = (shaft: Shaft, way: number): boolean =>
  way > 0 ? shaft.switches().positive : shaft.switches().negative;

/** To the switch, and back to where it opens. */
function* limitSwitch(way: number, { shaft }: Seen, { fast, slow }: Speeds): Legs {
  yield { velocity: way * fast, until: () => isAtLimit(shaft, way) };
  yield { velocity: -way * slow, until: () => !isAtLimit(shaft, way) };
  return 'found';
}

/** To the switch, turning round at the limit, and back to where it opens on the side from which it was looked for. */
function* homeSwitch(way: number, { shaft }: Seen, { fast, slow }: Speeds): Legs {
  const isHome = (): boolean => shaft.switches().home;
  if (isHome()) yield { velocity: -way * fast, until: () => !isHome() };
  yield { velocity: way * fast, until: () => isHome() || isAtLimit(shaft, way) };
  if (!isHome()) {
    yield { velocity: -way * fast, until: () => isHome() || isAtLimit(shaft, -way) };
    if (!isHome()) return 'failed';
    yield { velocity: -way * fast, until: () => !isHome() };
    yield { velocity: way * slow, until: isHome };
  }
  yield { velocity: -way * slow, until: () => !isHome() };
  return 'found';
}

function* wall(way: number, { shaft, nowMs }: Seen, { fast, stallMs }: Speeds): Legs {
  yield { velocity: way * fast, until: () => shaft.blockedForMs(nowMs()) >= stallMs };
  return 'found';
}
