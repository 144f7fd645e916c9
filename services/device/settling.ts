import type { AxisState } from '../contracts/index.ts';
import type { AxisKit } from './axis-parts.ts';
import { comesToRest } from './axis-stop.ts';
import type { AxisView } from './axis-view.ts';

/** Taken only at rest. */
const AT_REST: readonly string[] = ['release', 'set-position'];
/** No command moves the axis there. */
const RESTING: readonly AxisState[] = ['disabled', 'standstill', 'stopping', 'errorStop'];
const SETTLES_WITHIN_MS = 500;

/** A shaft that was seen at rest may swing about it for some readings more: one of them is no reason to refuse. */
export const mustSettle = (command: string, view: AxisView): boolean =>
  AT_REST.includes(command) && RESTING.includes(view.state()) && view.fresh()?.moving === true;

/** Waits for a reading at rest; without one the command is refused by the newest. */
export const settled = (kit: AxisKit): Promise<boolean> => comesToRest(kit, SETTLES_WITHIN_MS);
