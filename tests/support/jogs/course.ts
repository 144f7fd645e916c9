import { planMove, planStop, sampleRamp, standAt, type Ramp } from '../../../simulator/plant/ramp.ts';
import type { Motion } from '../storm/motion-story.ts';
import { SITE_DRIVE } from '../storm/process-site.ts';

/** Where a shaft was, and by how much the course that is worked out misses the next position that the ledger tells. */
export interface Whereabouts {
  readonly positionCounts: number;
  readonly missedByCounts: number;
}

/**
 * Where the shaft was between two entries of the ledger. An entry tells where it was then and where it was sent, and the
 * drive's ramp is known: so its whole course is known, while it speeds up, runs, or slows down before its last target.
 * @param motions of one drive, from its rest on
 * @param speedCounts counts/s of all its set-points
 */
export function whereabouts(motions: readonly Motion[], speedCounts: number, atMs: number): Whereabouts | null {
  const first = motions[0];
  if (first === undefined) return null;
  let course = standAt(first.positionCounts, first.atMs);
  for (const motion of motions) {
    if (motion.atMs > atMs) {
      const missedByCounts = Math.abs(sampleRamp(course, motion.atMs).position - motion.positionCounts);
      return { positionCounts: sampleRamp(course, atMs).position, missedByCounts };
    }
    course = courseFrom(motion, course, speedCounts);
  }
  return { positionCounts: sampleRamp(course, atMs).position, missedByCounts: 0 };
}

/** As fast as it was on the course before, from where the ledger saw it. */
function courseFrom({ atMs, positionCounts, reason }: Motion, before: Ramp, speedCounts: number): Ramp {
  const origin = { atMs, position: positionCounts, velocity: sampleRamp(before, atMs).velocity };
  const rampCounts = SITE_DRIVE.accelerationMmPerS2 * SITE_DRIVE.countsPerMm;
  if (reason.kind !== 'set-point') return planStop(origin, rampCounts);
  const limits = { velocity: speedCounts, acceleration: rampCounts, deceleration: rampCounts };
  return planMove(origin, reason.targetCounts, limits);
}
