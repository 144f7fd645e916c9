import type { Profile, SignalName } from '../../../drivers/profile/index.ts';
import type { Cause } from '../../ledger.ts';
import { type Axis, originOf } from '../../plant/axis.ts';
import { planStop } from '../../plant/ramp.ts';
import { createHomingState, type HomingState } from './homing-state.ts';
import { createPositionState, type PositionState } from './position-state.ts';
import type { PowerState } from './power-state.ts';

/** A transition under way: at an instant, or as soon as the shaft stands. */
interface PendingPower {
  readonly to: PowerState;
  readonly atMs: number | 'stand';
}

/** All that the firmware remembers. Positions of `axis` are shaft counts; what the drive shows is less `zero`. */
export interface Core {
  readonly profile: Profile;
  readonly axis: Axis;
  /** What was written or stands fixed, canonical values. */
  readonly registers: Map<SignalName, number>;
  /** Fault codes whose reason is still there. */
  readonly conditions: Set<number>;
  power: PowerState;
  pending: PendingPower | null;
  /** Who is answerable for what the drive does now. */
  cause: Cause;
  errorCode: number;
  zero: number;
  referenced: boolean;
  /** 6061h; follows 6060h a moment later. */
  mode: number;
  modeDue: { readonly mode: number; readonly atMs: number } | null;
  position: PositionState;
  homing: HomingState;
}

/** Bits of the controlword beyond the power states. */
export const NEW_SETPOINT = 0x10;
export const CHANGE_IMMEDIATELY = 0x20;
export const RELATIVE = 0x40;
export const FAULT_RESET = 0x80;
export const HALT = 0x100;

/** Slower than a twentieth of a revolution a second counts as standing. */
const STANDING_REVOLUTIONS_PER_S = 0.05;

export function createCore(profile: Profile, axis: Axis): Core {
  return {
    profile,
    axis,
    registers: new Map(),
    conditions: new Set(),
    power: 'switchOnDisabled',
    pending: null,
    cause: { by: 'reboot' },
    errorCode: 0,
    zero: 0,
    referenced: false,
    mode: 0,
    modeDue: null,
    position: createPositionState(),
    homing: createHomingState(),
  };
}

export function register(core: Core, signal: SignalName): number {
  return core.registers.get(signal) ?? 0;
}

export function hasBit(core: Core, mask: number): boolean {
  return (register(core, 'controlword') & mask) !== 0;
}

export const isOperating = (core: Core): boolean => core.power === 'operationEnabled' && core.pending === null;

export function isStanding({ axis, profile }: Core, atMs: number): boolean {
  const speed = Math.abs(axis.shaft().velocity);
  if (!axis.isPowered()) return speed === 0;
  return axis.isCourseDone(atMs) && speed < standingSpeed(profile);
}

export const standingSpeed = (profile: Profile): number => STANDING_REVOLUTIONS_PER_S * profile.countsPerRevolution;

/** Brakes with the given deceleration from wherever the course is. */
export function brake(core: Core, deceleration: number, atMs: number): void {
  core.axis.follow(planStop(originOf(core.axis, atMs), Math.max(1, deceleration)), atMs, core.cause);
}

/** Object 6084h, or 609Ah while homing: the slow-down ramp of the active mode. */
export function slowDownRamp(core: Core): number {
  return register(core, core.homing.search === null ? 'profileDeceleration' : 'homingAcceleration');
}

/** Forgets what would move later: armed, buffered and active set-points, a search. */
export function dropMotion(core: Core): void {
  disarm(core);
  core.position = { ...core.position, active: null, next: null, acknowledged: false };
  if (core.homing.search !== null) core.homing = createHomingState();
}

export function disarm(core: Core): void {
  core.registers.set('armGroup', 0);
  core.position.armed = null;
}
