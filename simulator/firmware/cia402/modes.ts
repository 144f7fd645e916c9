import {
  type Core,
  disarm,
  FAULT_RESET,
  HALT,
  hasBit,
  isOperating,
  isStanding,
  NEW_SETPOINT,
  register,
} from './core.ts';
import { interruptHoming, isHomingBusy, startHoming, tickHoming } from './homing-mode.ts';
import { createHomingState } from './homing-state.ts';
import { haltPosition, isPositionBusy, newSetPoint, pursue, tickPosition } from './position-mode.ts';
import { followControlword, resetFault } from './power.ts';
import { followingError } from './supervision.ts';
import { haltVelocity, isVelocityReached, pursueVelocity } from './velocity-mode.ts';
import { HOMING, PROFILE_POSITION, PROFILE_VELOCITY } from './write-rules.ts';

/** The mode shows in 6061h a moment after it was written to 6060h. */
const MODE_CHANGE_MS = 1;

/** A new controlword: fault reset first, then the power states, then what the mode makes of bits 4 and 8. */
export function obeyControlword(core: Core, word: number, atMs: number): void {
  const before = register(core, 'controlword');
  core.registers.set('controlword', word);
  const rising = word & ~before;
  const falling = before & ~word;
  if ((rising & FAULT_RESET) !== 0) resetFault(core, atMs);
  const wasOperating = isOperating(core);
  followControlword(core, atMs);
  if (core.mode === HOMING) homingBits(core, { rising, falling }, atMs);
  if (!isOperating(core)) return;
  if (wasOperating) motionBits(core, { rising, falling }, atMs);
  else enterOperation(core, atMs);
}

interface Edges {
  readonly rising: number;
  readonly falling: number;
}

function motionBits(core: Core, { rising, falling }: Edges, atMs: number): void {
  if ((rising & HALT) !== 0) halt(core, atMs);
  if ((falling & HALT) !== 0) resume(core, atMs);
  if (core.mode === PROFILE_POSITION && (rising & NEW_SETPOINT) !== 0) newSetPoint(core, atMs);
}

export function requestMode(core: Core, mode: number, atMs: number): void {
  core.registers.set('modeOfOperation', mode);
  core.modeDue = { mode, atMs: atMs + MODE_CHANGE_MS };
}

/** A new 60FFh moves at once in its mode. */
export function velocityWritten(core: Core, atMs: number): void {
  if (core.mode === PROFILE_VELOCITY && isOperating(core)) pursueVelocity(core, atMs);
}

/** Once in a step: what goes on without a write. */
export function tickModes(core: Core, atMs: number): void {
  if (core.modeDue !== null && atMs >= core.modeDue.atMs) changeMode(core, core.modeDue.mode, atMs);
  if (core.mode === PROFILE_POSITION) tickPosition(core, atMs);
  if (core.mode === HOMING) tickHoming(core, atMs);
}

export const isModeBusy = (core: Core): boolean =>
  core.modeDue !== null ||
  (core.position.acknowledged && !hasBit(core, NEW_SETPOINT)) ||
  (core.mode === PROFILE_POSITION && isPositionBusy(core) && !hasBit(core, HALT)) ||
  isHomingBusy(core);

/** The drive has just come to Operation Enabled: only a velocity that still stands there moves it. */
export function enterOperation(core: Core, atMs: number): void {
  if (core.mode === PROFILE_VELOCITY && register(core, 'targetVelocity') !== 0) pursueVelocity(core, atMs);
}

/** Bits 10, 12 and 13 of the statusword in the mode at hand. */
export function modeBits(core: Core, atMs: number): { reached: boolean; bit12: boolean; bit13: boolean } {
  const isStill = isStanding(core, atMs);
  if (core.mode === HOMING) return homingBitsShown(core, homingStatus(core, isStill));
  if (core.mode === PROFILE_VELOCITY) return { reached: isVelocityReached(core), bit12: isStill, bit13: false };
  const isBehind = Math.abs(followingError(core, atMs)) > core.profile.countsPerRevolution;
  const reached = hasBit(core, HALT) && core.axis.isPowered() ? isStill : core.position.reached;
  return { reached, bit12: core.position.acknowledged, bit13: isBehind };
}

function homingStatus({ homing }: Core, isStill: boolean): { reached: boolean; bit12: boolean; bit13: boolean } {
  const isTaken = homing.phase === 'settling' || homing.phase === 'attained';
  const isUnderWay = homing.phase === 'searching' || homing.phase === 'settling';
  return { reached: !isUnderWay && isStill, bit12: isTaken, bit13: homing.phase === 'error' };
}

/** Some drives show the end of a homing by the referenced bit alone. */
function homingBitsShown(core: Core, bits: ReturnType<typeof homingStatus>): ReturnType<typeof homingStatus> {
  return core.profile.cia402?.homingShows === 'referenced-bit' ? { ...bits, bit12: false, bit13: false } : bits;
}

function homingBits(core: Core, edges: Edges, atMs: number): void {
  if ((edges.rising & NEW_SETPOINT) !== 0 && !hasBit(core, HALT)) startHoming(core, atMs);
  if (((edges.falling & NEW_SETPOINT) | (edges.rising & HALT)) !== 0) interruptHoming(core, atMs);
}

/** Object 605Dh = 1: slow-down ramp, the power stays on. */
function halt(core: Core, atMs: number): void {
  disarm(core);
  if (core.mode === PROFILE_POSITION) haltPosition(core, atMs);
  if (core.mode === PROFILE_VELOCITY) haltVelocity(core, atMs);
}

function resume(core: Core, atMs: number): void {
  if (core.mode === PROFILE_POSITION) pursue(core, atMs);
  if (core.mode === PROFILE_VELOCITY) pursueVelocity(core, atMs);
}

function changeMode(core: Core, mode: number, atMs: number): void {
  core.modeDue = null;
  if (mode === core.mode) return;
  disarm(core);
  if (isOperating(core) && !isStanding(core, atMs)) leaveMode(core, atMs);
  core.position = { ...core.position, active: null, next: null, acknowledged: false, reached: true };
  core.homing = createHomingState();
  core.mode = mode;
  if (isOperating(core)) enterOperation(core, atMs);
}

function leaveMode(core: Core, atMs: number): void {
  if (core.mode === HOMING) interruptHoming(core, atMs);
  else haltVelocity(core, atMs);
}
