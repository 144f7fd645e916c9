import { originOf } from '../../plant/axis.ts';
import { planVelocity } from '../../plant/ramp.ts';
import { brake, type Core, HALT, hasBit, register, standingSpeed } from './core.ts';

/** Follows 60FFh as it stands, whenever the drive operates in this mode: a stale value turns the motor at once. */
export function pursueVelocity(core: Core, atMs: number): void {
  if (hasBit(core, HALT)) return;
  const limits = {
    acceleration: register(core, 'profileAcceleration'),
    deceleration: register(core, 'profileDeceleration'),
  };
  const ramp = planVelocity(originOf(core.axis, atMs), register(core, 'targetVelocity'), limits);
  core.axis.follow(ramp, atMs, core.cause);
}

export function haltVelocity(core: Core, atMs: number): void {
  brake(core, register(core, 'profileDeceleration'), atMs);
}

export function isVelocityReached(core: Core): boolean {
  const wanted = hasBit(core, HALT) ? 0 : register(core, 'targetVelocity');
  return Math.abs(core.axis.shaft().velocity - wanted) < standingSpeed(core.profile);
}
