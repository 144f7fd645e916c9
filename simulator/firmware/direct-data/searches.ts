import type { Machine } from '../behaviour.ts';
import type { Legs } from '../legs.ts';
import type { Shaft } from '../shaft.ts';

/** Parameters of homing that have no name in the profile, as they leave the factory (manual, homing operation). */
const STARTING_RPM = 30;
const BACKWARD_STEPS = 18_000;
const PUSHING_MS = 200;

interface Seen {
  readonly machine: Machine;
  readonly shaft: Shaft;
  readonly way: 1 | -1;
}

/** (HOME) homing mode: 0 two sensors, 1 three sensors, 2 one direction, 3 push. */
export function searchOf(machine: Machine): Legs {
  const way = machine.value('homingDirection') === 0 ? -1 : 1;
  const seen: Seen = { machine, shaft: machine.shaft(), way };
  const modes = [twoSensors, threeSensors, oneDirection, push];
  return (modes[machine.value('homingMode')] ?? threeSensors)(seen);
}

const speed = (machine: Machine, signal: 'homingSpeedFast' | 'homingSpeedSlow'): number => machine.value(signal);
const starting = ({ profile }: Machine): number => (STARTING_RPM * profile.countsPerRevolution) / 60;
const isAtLimit = (shaft: Shaft, way: number): boolean =>
  way > 0 ? shaft.switches().positive : shaft.switches().negative;

/** To the limit, out of it, and on by a set number of steps. */
function* twoSensors({ machine, shaft, way }: Seen): Legs {
  yield { velocity: way * starting(machine), until: () => isAtLimit(shaft, way) };
  yield { velocity: -way * speed(machine, 'homingSpeedSlow'), until: () => !isAtLimit(shaft, way) };
  yield { velocity: -way * starting(machine), until: travelled(shaft) };
  return 'found';
}

/** Ends where the home switch closes, approached slowly in the direction in which the search began. */
function* threeSensors({ machine, shaft, way }: Seen): Legs {
  const fast = speed(machine, 'homingSpeedFast');
  const isHome = (): boolean => shaft.switches().home;
  if (!isHome()) yield { velocity: way * fast, until: () => isHome() || isAtLimit(shaft, way) };
  if (!isHome()) yield { velocity: -way * fast, until: () => isHome() || isAtLimit(shaft, -way) };
  if (!isHome()) return 'failed';
  yield { velocity: -way * fast, until: () => !isHome() };
  yield { velocity: way * speed(machine, 'homingSpeedSlow'), until: isHome };
  return 'found';
}

function* oneDirection({ machine, shaft, way }: Seen): Legs {
  const isHome = (): boolean => shaft.switches().home;
  yield { velocity: way * speed(machine, 'homingSpeedFast'), until: isHome };
  yield { velocity: way * speed(machine, 'homingSpeedSlow'), until: () => !isHome() };
  yield { velocity: way * starting(machine), until: travelled(shaft) };
  return 'found';
}

function* push({ machine, shaft, way }: Seen): Legs {
  const isBlocked = (): boolean => shaft.blockedForMs(machine.nowMs()) >= PUSHING_MS;
  yield { velocity: way * speed(machine, 'homingSpeedFast'), until: isBlocked };
  // the demand has run ahead of the shaft, against the wall
  shaft.plant.hold(machine.nowMs());
  yield { velocity: -way * speed(machine, 'homingSpeedSlow'), until: travelled(shaft) };
  return 'found';
}

function travelled(shaft: Shaft): () => boolean {
  const from = shaft.position();
  return () => Math.abs(shaft.position() - from) >= BACKWARD_STEPS;
}
