import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** A servo overshoots a little: most where it catches up behind a turn-round at its full acceleration. */
const OVERSHOOT = 1.15;
const ROUNDING = 1.001;

/** 17: what a drive is told, and what the shaft then does, keeps the limits of the axis. */
export function judgeLimits(evidence: Evidence): readonly Violation[] {
  return [...tooMuchAsked(evidence), ...tooFast(evidence)];
}

function tooMuchAsked(evidence: Evidence): readonly Violation[] {
  return evidence.frames.triggers.flatMap(({ drive, atMs, velocity, acceleration, deceleration, kind }) => {
    if (kind === 'homing') return [];
    const { axis } = evidence.world.site.drives.get(drive)!;
    const scale = Math.abs(evidence.scale(drive)) / ROUNDING;
    const isTooMuch =
      velocity / scale > axis.maxVelocity * ROUNDING ** 2 ||
      Math.max(acceleration, deceleration) / scale > axis.maxAcceleration * ROUNDING ** 2;
    return isTooMuch
      ? [
          {
            rule: '17: limits',
            atMs,
            drive,
            detail: `velocity ${velocity}, ramps ${acceleration} and ${deceleration} counts were told`,
          },
        ]
      : [];
  });
}

function tooFast(evidence: Evidence): readonly Violation[] {
  return evidence.motions.flatMap(({ kind, drive, atMs, peakVelocity }) => {
    const { axis } = evidence.world.site.drives.get(drive)!;
    const speed = peakVelocity / Math.abs(evidence.scale(drive));
    if (kind !== 'stop' || speed <= axis.maxVelocity * OVERSHOOT) return [];
    return [
      {
        rule: '17: limits',
        atMs,
        drive,
        detail: `turned at ${speed.toFixed(1)} of at most ${axis.maxVelocity} ${axis.unit}/s`,
      },
    ];
  });
}
