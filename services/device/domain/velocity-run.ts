import { problem, type Problem } from '../../contracts/index.ts';
import { checkVelocity, type AxisLimits } from './limits.ts';
import type { Planned } from './motion-plan.ts';
import type { Scale } from './scale.ts';

/** As it was asked for: axis units/s and /s2, the velocity signed. */
export interface VelocityRequest {
  readonly velocity: number;
  readonly acceleration?: number | undefined;
  readonly deceleration?: number | undefined;
  readonly maxDurationMs?: number | undefined;
  readonly maxDistance?: number | undefined;
}

/** A velocity for a time, as the drive will be told it: counts/s, signed. */
export interface VelocityRun {
  readonly velocity: number;
  readonly durationMs: number;
}

interface AxisFrame {
  readonly scale: Pick<Scale, 'velocityToCounts' | 'velocityToAxisUnits'>;
  readonly limits: AxisLimits;
}

/**
 * A velocity move of an axis that measures no position and has no ramps: only time can end it, and what cannot be kept is
 * refused. The velocity is checked before and after it has become steps of the drive.
 */
export function planVelocityRun(request: VelocityRequest, { scale, limits }: AxisFrame): Planned<VelocityRun> {
  const refused = unkeepable(request) ?? checkVelocity(request.velocity, limits);
  if (refused !== null) return { ok: false, problem: refused };
  const velocity = scale.velocityToCounts(request.velocity);
  if (velocity === null) {
    const detail = `A velocity of ${request.velocity} ${limits.unit}/s lies outside what the drive can be told.`;
    return { ok: false, problem: problem('registerOverflow', detail, { actual: request.velocity }) };
  }
  const coarse = checkVelocity(scale.velocityToAxisUnits(velocity), limits);
  if (coarse !== null) return { ok: false, problem: coarse };
  return { ok: true, plan: { velocity, durationMs: request.maxDurationMs ?? 0 } };
}

function unkeepable({ acceleration, deceleration, maxDurationMs, maxDistance }: VelocityRequest): Problem | null {
  if (maxDistance !== undefined || maxDurationMs === undefined) {
    return problem('unsupported', 'This drive measures no position: end the move with maxDurationMs, not maxDistance.');
  }
  if (acceleration === undefined && deceleration === undefined) return null;
  return problem('unsupported', 'This drive has no ramps: leave acceleration and deceleration out.');
}
