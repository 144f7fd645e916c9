import type { DriveSample } from '../../../drivers/drive/index.ts';

/** Above the greatest velocity: overshoot, a load that pulls, the grain of two sampling instants. */
const FASTER_THAN_POSSIBLE = 2;
/** Shafts twitch by less than this when power comes or goes. */
const LEAST_REVOLUTIONS = 0.25;

/**
 * How far the position lies, in counts, from where the shaft can have come since the reading before; null when it can
 * have moved there. A drive without a boot counter that loses its power between two polls counts from zero again, and
 * nothing else says so.
 */
export function positionJump(
  before: DriveSample | null,
  now: DriveSample,
  axis: { readonly maxVelocityCounts: number; readonly countsPerRevolution: number },
): number | null {
  const from = before?.state.position ?? null;
  const to = now.state.position;
  if (before === null || from === null || to === null) return null;
  const elapsedS = Math.max(0, now.sampledAtMs - before.sampledAtMs) / 1000;
  const possible =
    FASTER_THAN_POSSIBLE * axis.maxVelocityCounts * elapsedS + LEAST_REVOLUTIONS * axis.countsPerRevolution;
  const jump = Math.abs(to - from);
  return jump > possible ? jump : null;
}
