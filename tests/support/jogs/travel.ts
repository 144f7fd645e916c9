import type { Motion } from '../storm/motion-story.ts';
import { SITE_DRIVE } from '../storm/process-site.ts';
import type { Acceptance } from './jogging.ts';

/** What became of one jog after its last accepted renewal. */
export interface Travel {
  readonly travelMm: number;
  readonly promisedMm: number;
  /** By how much the clocks and their rounding may make the travel look longer. */
  readonly uncertainMm: number;
}

interface Jogged {
  /** Of one drive, since before the jog, to its rest. */
  readonly motions: readonly Motion[];
  readonly accepted: Acceptance;
  /** Signed, mm/s. */
  readonly velocity: number;
  readonly clock: { readonly toUnixMs: number; readonly uncertainMs: number };
}

/** Instants in messages are whole milliseconds, at both ends. */
const ROUNDING_MS = 2;

/**
 * How far the shaft went after the instant of the last acceptance. The ledger says where it was when the drive took its
 * last set-point; back to the acceptance, or on to it, it is taken to have run at full speed or to have been still
 * speeding up, whichever makes the travel longer. Null when no set-point of the jog ever reached the drive.
 */
export function travelOf({ motions, accepted, velocity, clock }: Jogged): Travel | null {
  const last = lastSetPoint(motions);
  const rest = motions.findLast(({ kind }) => kind === 'stop');
  if (last === undefined || rest === undefined || rest.atMs < last.atMs) return null;
  const speed = Math.abs(velocity);
  const lateS = (last.atMs + clock.toUnixMs - accepted.atUnixMs) / 1000;
  const speedingUpMm = speed ** 2 / (2 * SITE_DRIVE.accelerationMmPerS2);
  const beforeMm = lateS > 0 ? (last.kind === 'start' ? 0 : speed * lateS) : Math.min(0, speed * lateS + speedingUpMm);
  const afterMm = Math.abs(rest.positionCounts - last.positionCounts) / SITE_DRIVE.countsPerMm;
  return {
    travelMm: afterMm + beforeMm,
    promisedMm: accepted.overtravelMm,
    uncertainMm: (speed * (clock.uncertainMs + ROUNDING_MS)) / 1000,
  };
}

/** The last time when the drive was told where to go. */
export const lastSetPoint = (motions: readonly Motion[]): Motion | undefined =>
  motions.findLast(({ kind, reason }) => kind !== 'stop' && reason.kind === 'set-point');
