import { brake, type Core, dropMotion, register, standingSpeed } from './core.ts';
import { raiseFault } from './power.ts';
import { HOMING } from './write-rules.ts';

export const FOLLOWING_ERROR_FAULT = 0x8611;
export const BLOCKED_FAULT = 0x7121;
const LIMIT_FAULT = 0x8612;

/** Objects 6065h and 6066h. */
const FOLLOWING_WINDOW_REVOLUTIONS = 1;
const FOLLOWING_TIMEOUT_MS = 100;
/** Full torque without movement for this long is a blocked motor. */
const BLOCKED_TIMEOUT_MS = 50;

/** How long the shaft has been behind, or pushing against something. */
export interface Supervision {
  behindSinceMs: number | null;
  blockedSinceMs: number | null;
}

export const createSupervision = (): Supervision => ({ behindSinceMs: null, blockedSinceMs: null });

export function followingError({ axis }: Core, atMs: number): number {
  return axis.isPowered() ? axis.demandAt(atMs).position - axis.shaft().position : 0;
}

/** What a drive watches while it holds its shaft. */
export function supervise(core: Core, state: Supervision, atMs: number): void {
  const { axis, profile } = core;
  const window = FOLLOWING_WINDOW_REVOLUTIONS * profile.countsPerRevolution;
  const isBehind = Math.abs(followingError(core, atMs)) > window;
  const isBlocked = axis.isPowered() && axis.isSaturated() && Math.abs(axis.shaft().velocity) < standingSpeed(profile);
  state.behindSinceMs = isBehind ? (state.behindSinceMs ?? atMs) : null;
  state.blockedSinceMs = isBlocked ? (state.blockedSinceMs ?? atMs) : null;
  if (isOver(state.blockedSinceMs, BLOCKED_TIMEOUT_MS, atMs)) fail(core, BLOCKED_FAULT, atMs);
  else if (isOver(state.behindSinceMs, FOLLOWING_TIMEOUT_MS, atMs)) fail(core, FOLLOWING_ERROR_FAULT, atMs);
  else watchLimits(core, atMs);
}

/** Onto a limit switch the drive stops itself, except in homing mode, which looks for switches; off it every way is free. */
function watchLimits(core: Core, atMs: number): void {
  if (core.power !== 'operationEnabled' || core.mode === HOMING) return;
  const { velocity } = core.axis.demandAt(atMs);
  if (velocity === 0) return;
  const switches = core.axis.switches();
  if (!(velocity > 0 ? switches.positive : switches.negative)) return;
  const cause = { by: 'limit', code: LIMIT_FAULT } as const;
  if (core.profile.faults.some(({ code }) => code === LIMIT_FAULT)) {
    raiseFault(core, LIMIT_FAULT, { atMs, cause });
    return;
  }
  // no fault to be had for it: the drive just stops there, bit 11 says why, and the target is never reached
  core.cause = cause;
  dropMotion(core);
  brake(core, register(core, 'quickStopDeceleration'), atMs);
}

/** The communication watchdog counts from the last valid frame for this unit, while there is power to stop with; 0 is off. */
export function watchdogDue(core: Core, lastFrameMs: number | null): number {
  const timeoutMs = register(core, 'watchdogTimeout');
  const canMove = core.power === 'operationEnabled' || core.power === 'quickStopActive';
  return timeoutMs === 0 || lastFrameMs === null || !canMove ? Infinity : lastFrameMs + timeoutMs;
}

const isOver = (sinceMs: number | null, limitMs: number, atMs: number): boolean =>
  sinceMs !== null && atMs - sinceMs >= limitMs;

function fail(core: Core, code: number, atMs: number): void {
  raiseFault(core, code, { atMs, cause: { by: 'fault', code } });
}
