import type { Cause } from '../../ledger.ts';
import { brake, type Core, dropMotion, isStanding, register, slowDownRamp } from './core.ts';
import { nextPower, type PowerState } from './power-state.ts';

/** How long the power stage takes to come up, and the brake to open. */
const SWITCH_ON_MS = 5;
const ENABLE_MS = 10;

export const WATCHDOG_FAULT = 0x7500;
const UNDER_VOLTAGE = 0x3220;
const ENCODER_FAULT = 0x7305;
/** Without supply or encoder there is no ramp to follow. */
const COASTING_FAULTS = new Set([UNDER_VOLTAGE, ENCODER_FAULT]);

/** Where the shaft is held or braked, and faults have to stop it first. */
const isPowerStage = (power: PowerState): boolean => power === 'operationEnabled' || power === 'quickStopActive';

/** Goes where the controlword leads, as far as it can at once. */
export function followControlword(core: Core, atMs: number): void {
  for (let before: PowerState | null = null; before !== core.power;) {
    before = core.power;
    const wanted = nextPower(core.power, register(core, 'controlword'));
    if (wanted !== core.power && mayGo(core, wanted, atMs)) go(core, wanted, atMs);
  }
}

/** Completes what was waited for. */
export function progressPower(core: Core, atMs: number): void {
  const { pending } = core;
  if (pending === null) return;
  const isDue = pending.atMs === 'stand' ? isStanding(core, atMs) : atMs >= pending.atMs;
  if (!isDue) return;
  core.pending = null;
  enter(core, pending.to, atMs);
  followControlword(core, atMs);
}

/** The drive stops by itself, by ramp where it can, and stays in `fault`. */
export function raiseFault(core: Core, code: number, at: { readonly atMs: number; readonly cause: Cause }): void {
  if (core.power === 'booting' || core.power === 'fault' || core.power === 'faultReactionActive') return;
  core.cause = at.cause;
  core.errorCode = code;
  dropMotion(core);
  if (!isPowerStage(core.power)) {
    core.pending = null;
    enter(core, 'fault', at.atMs);
    return;
  }
  if (COASTING_FAULTS.has(code)) core.axis.release(core.cause);
  else brake(core, register(core, 'quickStopDeceleration'), at.atMs);
  core.power = 'faultReactionActive';
  core.pending = { to: 'fault', atMs: 'stand' };
}

/** Transition 15: only from `fault`, only when the reason is gone and the fault can be reset at all. */
export function resetFault(core: Core, atMs: number): void {
  const known = core.profile.faults.find(({ code }) => code === core.errorCode);
  if (core.power !== 'fault' || known?.resettable === false || core.conditions.size > 0) return;
  core.errorCode = 0;
  enter(core, 'switchOnDisabled', atMs);
}

/** A transition under way gives way only to a stronger stop. */
function mayGo(core: Core, wanted: PowerState, atMs: number): boolean {
  if (wanted === 'switchOnDisabled' || wanted === 'quickStopActive') return true;
  if (core.pending !== null) return false;
  return core.power !== 'quickStopActive' || isStanding(core, atMs);
}

function go(core: Core, wanted: PowerState, atMs: number): void {
  core.pending = null;
  if (core.power !== 'operationEnabled') {
    climb(core, wanted, atMs);
    return;
  }
  const slowDown = slowDownRamp(core);
  dropMotion(core);
  if (wanted === 'quickStopActive') quickStop(core, slowDown, atMs);
  else if (wanted === 'switchedOn') {
    // 605Ch = 1: the state changes when the shaft stands, not before
    brake(core, slowDown, atMs);
    core.pending = { to: wanted, atMs: 'stand' };
  } else enter(core, wanted, atMs);
}

function climb(core: Core, wanted: PowerState, atMs: number): void {
  const isUp = core.power === 'readyToSwitchOn' && wanted === 'switchedOn';
  if (isUp) core.pending = { to: wanted, atMs: atMs + SWITCH_ON_MS };
  else if (wanted === 'operationEnabled' && core.power === 'switchedOn')
    core.pending = { to: wanted, atMs: atMs + ENABLE_MS };
  else enter(core, wanted, atMs);
}

/** What the standard proposes, for drives that cannot be told. */
const RAMP_THEN_OFF = 2;

/** Object 605Ah. */
function quickStop(core: Core, slowDown: number, atMs: number): void {
  const option =
    core.profile.registers.quickStopOption === undefined ? RAMP_THEN_OFF : register(core, 'quickStopOption');
  if (option === 0) {
    enter(core, 'switchOnDisabled', atMs);
    return;
  }
  core.power = 'quickStopActive';
  brake(core, option === 1 || option === 5 ? slowDown : register(core, 'quickStopDeceleration'), atMs);
  if (option < 5) core.pending = { to: 'switchOnDisabled', atMs: 'stand' };
}

function enter(core: Core, power: PowerState, atMs: number): void {
  core.power = power;
  if (power === 'operationEnabled') core.axis.hold(atMs);
  else if (core.axis.isPowered()) core.axis.release(core.cause);
  core.position.reached = true;
  core.position.reachedFallsAtMs = null;
}
