/** A stretch of the way on which a switch is closed, counts from where the shaft stood at the beginning. */
interface Cam {
  readonly from: number;
  readonly to: number;
}

/** What is built around the shaft. Counts from where the shaft stood at the beginning; null where there is none. */
export interface Mechanics {
  readonly homeSwitch: Cam | null;
  /** Limit switches close at and beyond these positions. */
  readonly limitSwitches: { readonly negative: number; readonly positive: number } | null;
  /** Walls that the shaft cannot pass. */
  readonly endStops: { readonly low: number; readonly high: number } | null;
}

export interface SwitchStates {
  readonly negative: boolean;
  readonly positive: boolean;
  readonly home: boolean;
}

export const openMechanics: Mechanics = { homeSwitch: null, limitSwitches: null, endStops: null };

export function switchesAt(mechanics: Mechanics, position: number): SwitchStates {
  const { homeSwitch, limitSwitches } = mechanics;
  return {
    negative: limitSwitches !== null && position <= limitSwitches.negative,
    positive: limitSwitches !== null && position >= limitSwitches.positive,
    home: homeSwitch !== null && position >= homeSwitch.from && position <= homeSwitch.to,
  };
}

/** What the site knows of an axis, in the counts that the drive shows once it is homed. */
export interface Placement {
  readonly range: readonly [number, number];
  readonly homePosition: number;
  readonly homingMethod: number;
  /** How far from the reference the shaft stands at the beginning; positive. */
  readonly approach: number;
}

/** Methods whose search begins in the negative direction, so that the switch must lie there (CiA 402, 6098h). */
const NEGATIVE_SEARCH = new Set([21, 22, 27, 28, 29, 30]);

/** Puts switches and stops so that homing finds its reference after `approach` counts and the whole range is free. */
export function placeMechanics({ range, homePosition, homingMethod, approach }: Placement): Mechanics {
  const isNegative = NEGATIVE_SEARCH.has(homingMethod);
  const reference = isNegative ? -approach : approach;
  // beyond the range there is room for the overshoot of the search and for a start outside the range
  const room = 3 * approach;
  const low = reference + range[0] - homePosition - room;
  const high = reference + range[1] - homePosition + room;
  return {
    homeSwitch: isNegative
      ? { from: reference - approach, to: reference }
      : { from: reference, to: reference + approach },
    limitSwitches: { negative: low, positive: high },
    endStops: { low: low - room, high: high + room },
  };
}
