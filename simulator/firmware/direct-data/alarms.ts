import type { DriveFaultKind } from '../fault-kinds.ts';

export const POSITION_DEVIATION = 0x10;
export const OVERLOAD = 0x30;
export const HOMING_INCOMPLETE = 0x4a;
export const NO_HOME_SWITCH = 0x63;
export const OPERATION_DATA = 0x70;
export const COMMUNICATION_TIMEOUT = 0x85;

/** What the drive does with its power in an alarm (manual, alarms list). */
type Reaction = 'coast' | 'brake-then-release' | 'brake-and-hold';

const braking: ReadonlySet<number> = new Set([POSITION_DEVIATION, 0x21, 0x25, 0x26, OVERLOAD, 0x6e]);
const holding: ReadonlySet<number> = new Set([
  HOMING_INCOMPLETE,
  0x60,
  0x61,
  0x62,
  NO_HOME_SWITCH,
  0x64,
  0x66,
  0x67,
  0x6a,
  OPERATION_DATA,
  0x81,
  0x84,
  COMMUNICATION_TIMEOUT,
]);

export function reactionTo(code: number): Reaction {
  if (holding.has(code)) return 'brake-and-hold';
  return braking.has(code) ? 'brake-then-release' : 'coast';
}

export const alarms: Readonly<Partial<Record<DriveFaultKind, number>>> = {
  'over-temperature': 0x21,
  'over-current': 0x20,
  'over-voltage': 0x22,
  'under-voltage': 0x25,
  encoder: 0x28,
  stall: OVERLOAD,
  'following-error': POSITION_DEVIATION,
};
