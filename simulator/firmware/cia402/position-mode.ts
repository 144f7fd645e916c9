import { originOf } from '../../plant/axis.ts';
import { planMove } from '../../plant/ramp.ts';
import {
  brake,
  CHANGE_IMMEDIATELY,
  type Core,
  disarm,
  HALT,
  hasBit,
  NEW_SETPOINT,
  register,
  RELATIVE,
} from './core.ts';
import type { SetPoint } from './position-state.ts';

/** How long the statusword still says "target reached" of the set-point before. */
const STALE_REACHED_MS = 3;
/** Objects 6067h and 6068h: inside this part of a revolution, for this time. */
const WINDOW_REVOLUTIONS = 0.002;
const WINDOW_MS = 5;

/** The registers as they stand, as an absolute set-point. */
export function setPointOf(core: Core): SetPoint {
  return {
    target: core.zero + register(core, 'targetPosition'),
    velocity: Math.min(register(core, 'profileVelocity'), register(core, 'maxProfileVelocity') || Infinity),
    acceleration: register(core, 'profileAcceleration'),
    deceleration: register(core, 'profileDeceleration'),
  };
}

/** Rising edge of controlword bit 4: taken at once, or behind the active one; a second one behind it is not taken. */
export function newSetPoint(core: Core, atMs: number): void {
  const { position } = core;
  if (position.acknowledged) return;
  const setPoint = commanded(core, atMs);
  const isImmediate = hasBit(core, CHANGE_IMMEDIATELY) || position.active === null;
  if (isImmediate) startSetPoint(core, setPoint, atMs);
  else position.next = setPoint;
  position.acknowledged = true;
  countSetPoint(core);
}

/** Bit 6 makes the target a distance from the target before (60F2h = 0), or from where the shaft should be. */
function commanded(core: Core, atMs: number): SetPoint {
  const setPoint = setPointOf(core);
  if (!hasBit(core, RELATIVE)) return setPoint;
  const base = core.position.active?.target ?? core.axis.demandAt(atMs).position;
  return { ...setPoint, target: base + register(core, 'targetPosition') };
}

/** The group trigger: exactly one start for each arming, however often the trigger comes. */
export function startArmed(core: Core, group: number, atMs: number): void {
  const { armed } = core.position;
  if (armed === null || group === 0 || group !== register(core, 'armGroup')) return;
  disarm(core);
  startSetPoint(core, armed, atMs);
  countSetPoint(core);
}

/** A set-point that starts now, whatever ran before. */
function startSetPoint(core: Core, setPoint: SetPoint, atMs: number): void {
  core.position.active = setPoint;
  core.position.next = null;
  core.position.insideSinceMs = null;
  core.position.reachedFallsAtMs = atMs + STALE_REACHED_MS;
  if (!hasBit(core, HALT)) pursue(core, atMs);
}

function countSetPoint(core: Core): void {
  core.registers.set('setpointCounter', (register(core, 'setpointCounter') + 1) & 0xffff);
}

/** Goes on to the active set-point; a lifted halt resumes it, which is a trap of real drives too. */
export function pursue(core: Core, atMs: number): void {
  const { active } = core.position;
  if (active === null) return;
  core.axis.follow(planMove(originOf(core.axis, atMs), active.target, active), atMs, core.cause);
}

/** Along object 6084h as it stands then: a halt may have been given a ramp of its own. */
export function haltPosition(core: Core, atMs: number): void {
  brake(core, register(core, 'profileDeceleration'), atMs);
}

export function tickPosition(core: Core, atMs: number): void {
  const { position } = core;
  if (position.reachedFallsAtMs !== null && atMs >= position.reachedFallsAtMs) {
    position.reached = false;
    position.reachedFallsAtMs = null;
  }
  if (isReached(core, atMs)) finish(core, atMs);
  if (position.next === null && !hasBit(core, NEW_SETPOINT)) position.acknowledged = false;
}

/** Whether something is still to come that no write announces. */
export function isPositionBusy({ position }: Core): boolean {
  return position.active !== null || position.reachedFallsAtMs !== null;
}

function isReached(core: Core, atMs: number): boolean {
  const { position, axis, profile } = core;
  if (position.active === null || position.reachedFallsAtMs !== null || !axis.isCourseDone(atMs)) return false;
  const away = Math.abs(axis.shaft().position - position.active.target);
  if (away > WINDOW_REVOLUTIONS * profile.countsPerRevolution) {
    position.insideSinceMs = null;
    return false;
  }
  position.insideSinceMs ??= atMs;
  return atMs - position.insideSinceMs >= WINDOW_MS;
}

function finish(core: Core, atMs: number): void {
  const { position } = core;
  position.reached = true;
  position.active = null;
  if (position.next !== null) startSetPoint(core, position.next, atMs);
}
