import type { SignalName } from '../../profile/index.ts';
import type { Condition, Step } from '../scheme.ts';

/** Run state, block F1h. `stopped` also after a limit or a stall: it never means arrived. */
export const Run = {
  queryFailed: 0,
  stopped: 1,
  accelerating: 2,
  decelerating: 3,
  fullSpeed: 4,
  homing: 5,
  calibrating: 6,
} as const;

/** Homing result, low byte of block 3Bh. */
export const Homing = { inProgress: 0, attained: 1, failedOrNever: 2 } as const;

/** Origin homing as it has been set up, block 91h. */
export const ORIGIN_HOMING = 1;

const WHOLE = 0xffff;
const is = (signal: SignalName, equals: number): Condition => ({ signal, mask: WHOLE, equals });

export const In = {
  enabled: is('enableState', 1),
  disabled: is('enableState', 0),
  stalled: is('stallFlag', 1),
  notStalled: is('stallFlag', 0),
  stopped: is('runState', Run.stopped),
  homing: is('runState', Run.homing),
  homingInProgress: is('homingResult', Homing.inProgress),
  homingAttained: is('homingResult', Homing.attained),
} as const;

/** The shaft was set going; none holds in a drive at rest. */
export const setGoing: readonly Condition[] = [
  is('runState', Run.accelerating),
  is('runState', Run.decelerating),
  is('runState', Run.fullSpeed),
];

export const command = (signal: SignalName, value: number): Step => ({ do: 'command', signal, value });
