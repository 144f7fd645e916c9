import { originOf } from '../../plant/axis.ts';
import { planVelocity } from '../../plant/ramp.ts';
import { brake, type Core, isOperating, isStanding, register } from './core.ts';
import { beginSearch, courseOf, isHomingInPlace, type Search, stepSearch } from '../homing-search.ts';
import { createHomingState } from './homing-state.ts';

/** Rising edge of controlword bit 4. Methods that do not move need no power. */
export function startHoming(core: Core, atMs: number): void {
  const method = register(core, 'homingMethod');
  if (isHomingInPlace(method)) {
    if (!isStanding(core, atMs)) return;
    takeReference(core);
    core.homing = { search: null, phase: 'attained' };
    return;
  }
  if (!isOperating(core)) return;
  const search = beginSearch(method, core.axis.switches());
  if (search === null) return;
  core.referenced = false;
  core.homing = { search, phase: 'searching' };
  run(core, search, atMs);
}

/** Bit 4 back to 0, or halt: the search ends without a reference. */
export function interruptHoming(core: Core, atMs: number): void {
  if (core.homing.search === null) return;
  core.homing = createHomingState();
  brake(core, register(core, 'homingAcceleration'), atMs);
}

export function tickHoming(core: Core, atMs: number): void {
  const { search } = core.homing;
  if (search !== null) advanceSearch(core, search, atMs);
  else if (core.homing.phase === 'settling' && isStanding(core, atMs)) core.homing.phase = 'attained';
}

export const isHomingBusy = ({ homing }: Core): boolean => homing.search !== null || homing.phase === 'settling';

function advanceSearch(core: Core, search: Search, atMs: number): void {
  const { velocity } = core.axis.shaft();
  const step = stepSearch(search, { ...core.axis.switches(), velocity });
  if ('search' in step) {
    core.homing.search = step.search;
    if (step.search.phase !== search.phase) run(core, step.search, atMs);
    return;
  }
  if (step.end === 'found') takeReference(core);
  core.homing = { search: null, phase: step.end === 'found' ? 'settling' : 'error' };
  brake(core, register(core, 'homingAcceleration'), atMs);
}

/** What the drive shows here becomes `homeOffset` (the profile's sign rule: PLCopen's, not that of CiA 402's 607Ch). */
function takeReference(core: Core): void {
  core.zero = core.axis.shaft().position - register(core, 'homeOffset');
  core.referenced = true;
}

function run(core: Core, search: Search, atMs: number): void {
  const { way, speed } = courseOf(search);
  const velocity = way * register(core, speed === 'fast' ? 'homingSpeedFast' : 'homingSpeedSlow');
  const acceleration = register(core, 'homingAcceleration');
  const ramp = planVelocity(originOf(core.axis, atMs), velocity, { acceleration, deceleration: acceleration });
  core.axis.follow(ramp, atMs, core.cause);
}
