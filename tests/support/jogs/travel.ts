import type { Motion } from '../storm/motion-story.ts';
import { SITE_DRIVE } from '../storm/process-site.ts';
import { whereabouts } from './course.ts';
import type { Acceptance } from './jogging.ts';

/** What became of one jog after its last accepted renewal. */
export interface Travel {
  readonly travelMm: number;
  readonly promisedMm: number;
  /** By how much the clocks, their rounding and the worked-out course may make the travel look longer. */
  readonly uncertainMm: number;
  /** From the acceptance to the drive's last set-point; negative when the drive never got one for it. */
  readonly obeyedAfterMs: number;
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
 * How far the shaft went from where it really was at the instant of the last acceptance, to its rest. Null when no
 * set-point of the jog ever reached the drive.
 */
export function travelOf({ motions, accepted, velocity, clock }: Jogged): Travel | null {
  const last = lastSetPoint(motions);
  const rest = motions.findLast(({ kind }) => kind === 'stop');
  if (last === undefined || rest === undefined || rest.atMs < last.atMs) return null;
  const speed = Math.abs(velocity);
  const acceptedMs = accepted.atUnixMs - clock.toUnixMs;
  const was = whereabouts(motions, speed * SITE_DRIVE.countsPerMm, acceptedMs);
  if (was === null) return null;
  return {
    travelMm: Math.abs(rest.positionCounts - was.positionCounts) / SITE_DRIVE.countsPerMm,
    promisedMm: accepted.overtravelMm,
    uncertainMm: (speed * (clock.uncertainMs + ROUNDING_MS)) / 1000 + was.missedByCounts / SITE_DRIVE.countsPerMm,
    obeyedAfterMs: last.atMs - acceptedMs,
  };
}

/** Certainly farther than its last acceptance promised. */
export const isAbove = ({ travelMm, promisedMm, uncertainMm }: Travel): boolean => travelMm > promisedMm + uncertainMm;

/** The last time when the drive was told where to go. */
export const lastSetPoint = (motions: readonly Motion[]): Motion | undefined =>
  motions.findLast(({ kind, reason }) => kind !== 'stop' && reason.kind === 'set-point');
