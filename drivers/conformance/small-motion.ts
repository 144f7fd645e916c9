import { Counts } from '../base/index.ts';
import type { DriveIntent, DriveState } from '../drive/index.ts';
import type { Profile } from '../profile/index.ts';

/** Turns of the motor a second, and a second squared: slow enough for a hand to reach the switch. */
const SPEED_TURNS = 0.5;
const RAMP_TURNS = 5;
/** The ramp of a stop, turns/s^2. */
export const STOP_TURNS = 20;
/** A position is met within one degree, or within two counts where they are coarse. */
const TOLERANCE_TURNS = 1 / 360;
const TOLERANCE_COUNTS = 2;

export const toleranceOf = ({ countsPerRevolution }: Profile): number =>
  Math.max(TOLERANCE_COUNTS, countsPerRevolution * TOLERANCE_TURNS);

/** Null where the drive shows no position. */
export const movedCounts = (before: DriveState, after: DriveState): number | null =>
  before.position === null || after.position === null ? null : after.position - before.position;

/** A target so many turns away: in positive direction, or in negative where the drive takes no such position. */
export function targetFrom(position: number, turns: number, { countsPerRevolution, registers }: Profile): number {
  const [least, greatest] = registers.targetPosition?.range ?? [-Infinity, Infinity];
  const distance = Math.round(turns * countsPerRevolution);
  if (position + distance <= greatest) return position + distance;
  return position - distance >= least ? position - distance : greatest;
}

export const moveTo = (target: number, { countsPerRevolution }: Profile): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(Math.round(target)),
  velocity: SPEED_TURNS * countsPerRevolution,
  ...ramps(countsPerRevolution),
});

/** Half of what an open-loop motor can: below a fifth it may not turn at all. */
export const turn = ({ countsPerRevolution, registers, scheme }: Profile): DriveIntent => ({
  kind: 'moveVelocity',
  velocity:
    scheme === 'open-loop-speed'
      ? (registers.targetVelocity?.range?.[1] ?? countsPerRevolution) / 2
      : SPEED_TURNS * countsPerRevolution,
  ...ramps(countsPerRevolution),
});

const ramps = (countsPerRevolution: number): { readonly acceleration: number; readonly deceleration: number } => ({
  acceleration: RAMP_TURNS * countsPerRevolution,
  deceleration: RAMP_TURNS * countsPerRevolution,
});

/** How far and how fast, for people. */
export function inWords(turns: number, { scheme, countsPerRevolution, narrowed }: Profile): string {
  const both = narrowed === undefined ? '' : ' Both motors of the unit are under power meanwhile.';
  if (scheme === 'cover') return `${turns * countsPerRevolution} % of the stroke, at the drive's own speed.${both}`;
  return `${turns} turn${turns === 1 ? '' : 's'} of the motor shaft, at ${SPEED_TURNS * 60} r/min.${both}`;
}
