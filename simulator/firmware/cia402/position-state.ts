/** A set-point as it was taken; the target in shaft counts. */
export interface SetPoint {
  readonly target: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** What profile position mode remembers. */
export interface PositionState {
  active: SetPoint | null;
  /** Waits until the active one is reached. */
  next: SetPoint | null;
  /** Waits for the group trigger. */
  armed: SetPoint | null;
  /** Statusword bit 12. */
  acknowledged: boolean;
  /** Statusword bit 10. */
  reached: boolean;
  /** The bit falls a moment after a new set-point was taken: until then it is stale, as in real drives. */
  reachedFallsAtMs: number | null;
  /** Since when the shaft is inside the window. */
  insideSinceMs: number | null;
}

export function createPositionState(): PositionState {
  return {
    active: null,
    next: null,
    armed: null,
    acknowledged: false,
    reached: true,
    reachedFallsAtMs: null,
    insideSinceMs: null,
  };
}
