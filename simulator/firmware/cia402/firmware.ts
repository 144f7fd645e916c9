import type { SignalName } from '../../../drivers/profile/index.ts';
import type { Cause } from '../../ledger.ts';
import { STEP_MS } from '../../plant/axis.ts';
import type { DriveFaultKind } from '../fault-kinds.ts';
import type { AxisPart, Firmware, FirmwareParts, FrameFate, Moment, RaisedFault } from '../firmware.ts';
import {
  type Block,
  BUSY,
  createRegisterFile,
  type DecodedWrite,
  ILLEGAL_VALUE,
  type ReadOutcome,
  type SignalWrite,
  type WordWrite,
} from '../register-file.ts';
import { type Core, createCore, HALT, hasBit, isOperating, register } from './core.ts';
import { createHomingState } from './homing-state.ts';
import { isHomingBusy } from './homing-mode.ts';
import {
  enterOperation,
  isModeBusy,
  modeBits,
  obeyControlword,
  requestMode,
  tickModes,
  velocityWritten,
} from './modes.ts';
import { setPointOf, startArmed } from './position-mode.ts';
import { createPositionState } from './position-state.ts';
import { progressPower, raiseFault, WATCHDOG_FAULT } from './power.ts';
import { shownError } from './shown-error.ts';
import { encodeStatusword, stateAfterBoot } from './statusword.ts';
import {
  BLOCKED_FAULT,
  createSupervision,
  FOLLOWING_ERROR_FAULT,
  followingError,
  supervise,
  watchdogDue,
} from './supervision.ts';
import { createWriteRules, PROFILE_POSITION } from './write-rules.ts';

const FUNCTION_CODES = [3, 4, 6, 16] as const;
const WARM_DEGREES = 75;
const LOWEST_SUPPLY_V = 18;
/** Bits of the statusword that no part of the firmware drives: as they stand after power-up, so they stay. */
const UNDRIVEN_BITS = 0x4100;

/** The drive whose profile follows CiA 402. */
export function createCia402Firmware(parts: FirmwareParts): Firmware {
  return new Cia402Firmware(parts);
}

class Cia402Firmware implements Firmware {
  readonly #core: Core;
  readonly #file;
  readonly #rules;
  readonly #unit: number;
  readonly #serialNumber: number;
  readonly native = null;
  #supervision = createSupervision();
  #nowMs = 0;
  #lastFrameMs: number | null = null;
  #boots = 0;
  #eepromWrites = 0;
  #statusLagMs = 0;
  #shownStatus = { word: 0, atMs: -Infinity };

  constructor({ profile, axes, unit, serialNumber }: FirmwareParts) {
    this.#core = createCore(profile, (axes[0] as AxisPart).axis);
    this.#core.power = stateAfterBoot(profile);
    this.#file = createRegisterFile(profile);
    this.#rules = createWriteRules(profile);
    this.#unit = unit;
    this.#serialNumber = serialNumber;
    this.#powerUp();
  }

  unit = (): number => this.#unit;
  functionCodes = (): readonly number[] => FUNCTION_CODES;
  fate = (): FrameFate => 'usual';
  refusal = (): undefined => undefined;
  packed = (): null => null;
  setStopInput = (): void => undefined;
  faultCode = (kind: DriveFaultKind): number | null => faultCodes[kind] ?? null;
  eepromWrites = (): number => this.#eepromWrites;
  isSilent = (): boolean => this.#core.power === 'booting';
  zero = (): number => this.#core.zero;
  feedWatchdog = (atMs: number): void => void (this.#lastFrameMs = atMs);
  setStatusLag = (lagMs: number): void => void (this.#statusLagMs = lagMs);
  clearConditions = (): void => this.#core.conditions.clear();
  read = (block: Block): ReadOutcome => this.#file.read(block, (signal) => this.#valueOf(signal));

  isIdle(): boolean {
    const core = this.#core;
    return core.axis.isAtRest() && core.pending === null && !isModeBusy(core);
  }

  advance(toMs: number): void {
    for (;;) {
      const stepMs = this.isIdle() ? Infinity : nextStep(this.#nowMs);
      const watchdogMs = watchdogDue(this.#core, this.#lastFrameMs);
      const nextMs = Math.min(stepMs, watchdogMs);
      if (nextMs > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      if (watchdogMs <= stepMs) this.#tripWatchdog();
      else this.#tick();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  check({ address, words }: WordWrite): DecodedWrite {
    const decoded = this.#file.decodeWrite(address, words);
    if (!('writes' in decoded)) return decoded;
    if (!decoded.writes.every((write) => this.#rules.isAllowed(write)))
      return { exception: ILLEGAL_VALUE, why: 'rejected' };
    return decoded.writes.every((write) => this.#isPossibleNow(write)) ? decoded : { exception: BUSY, why: 'rejected' };
  }

  apply(writes: readonly SignalWrite[], at: Moment): void {
    for (const write of writes) this.#apply(write, at);
    this.#eepromWrites += writes.filter(({ register: { eeprom } }) => eeprom).length;
  }

  injectFault({ code, lasts }: RaisedFault, atMs: number): void {
    if (lasts) this.#core.conditions.add(code);
    raiseFault(this.#core, code, { atMs, cause: { by: 'fault', code } });
  }

  setReading(signal: SignalName, value: number | null): void {
    this.#core.registers.set(signal, value ?? this.#core.profile.resetValues[signal] ?? 0);
  }

  reboot(atMs: number): void {
    const core = this.#core;
    core.axis.release({ by: 'reboot' });
    this.#powerUp();
    core.power = 'booting';
    core.pending = { to: stateAfterBoot(core.profile), atMs: atMs + core.profile.timing.bootMs };
  }

  /** Everything volatile is as the profile says; the position counts from here. */
  #powerUp(): void {
    const core = this.#core;
    this.#boots += 1;
    core.registers.clear();
    for (const [signal, value] of Object.entries(core.profile.resetValues))
      core.registers.set(signal as SignalName, value);
    core.registers.set('bootCounter', this.#boots).set('serialNumber', this.#serialNumber);
    core.conditions.clear();
    core.errorCode = 0;
    core.referenced = false;
    core.zero = core.axis.shaft().position;
    core.mode = register(core, core.profile.registers.modeDisplay === undefined ? 'modeOfOperation' : 'modeDisplay');
    core.modeDue = null;
    core.position = createPositionState();
    core.homing = createHomingState();
    this.#supervision = createSupervision();
    this.#lastFrameMs = null;
  }

  #tick(): void {
    const core = this.#core;
    const atMs = this.#nowMs;
    core.axis.tick(atMs);
    if (core.power === 'booting') core.zero = core.axis.shaft().position;
    supervise(core, this.#supervision, atMs);
    const wasOperating = isOperating(core);
    progressPower(core, atMs);
    if (!wasOperating && isOperating(core)) enterOperation(core, atMs);
    tickModes(core, atMs);
  }

  #tripWatchdog(): void {
    // counts again from the next frame on
    this.#lastFrameMs = null;
    raiseFault(this.#core, WATCHDOG_FAULT, { atMs: this.#nowMs, cause: { by: 'watchdog' } });
  }

  #isPossibleNow({ signal, value }: SignalWrite): boolean {
    const core = this.#core;
    if (signal === 'armGroup' && value !== 0)
      return isOperating(core) && core.mode === PROFILE_POSITION && !hasBit(core, HALT);
    return !((signal.startsWith('homing') || signal === 'homeOffset') && isHomingBusy(core));
  }

  #apply({ signal, value }: SignalWrite, { atMs, cause }: Moment): void {
    const core = this.#core;
    if (signal === 'groupTrigger') {
      if (value !== 0 && value === register(core, 'armGroup')) core.cause = cause;
      startArmed(core, value, atMs);
      return;
    }
    if (signal === 'controlword' && obeysRegisters(core)) {
      core.cause = cause;
      obeyControlword(core, value, atMs);
      return;
    }
    if (signal === 'modeOfOperation') requestMode(core, value, atMs);
    else core.registers.set(signal, value);
    if (signal === 'armGroup') core.position.armed = value === 0 ? null : setPointOf(core);
    if (signal === 'targetVelocity') this.#velocityWritten(atMs, cause);
  }

  #velocityWritten(atMs: number, cause: Cause): void {
    this.#core.cause = cause;
    velocityWritten(this.#core, atMs);
  }

  #valueOf(signal: SignalName): number {
    const live = liveSignals[signal];
    if (signal === 'statusword') return this.#statusword();
    return live === undefined ? register(this.#core, signal) : live(this.#core, this.#nowMs);
  }

  #statusword(): number {
    if (this.#nowMs - this.#shownStatus.atMs >= this.#statusLagMs)
      this.#shownStatus = { word: statuswordOf(this.#core, this.#nowMs), atMs: this.#nowMs };
    return this.#shownStatus.word;
  }
}

/** Steps lie on whole milliseconds of the clock, so that it does not matter who looks when. */
const nextStep = (nowMs: number): number => (Math.floor(nowMs / STEP_MS) + 1) * STEP_MS;

/** Codes of object 603Fh after IEC 61800-7-201. */
const faultCodes: Readonly<Partial<Record<DriveFaultKind, number>>> = {
  'over-temperature': 0x4310,
  'over-current': 0x2310,
  'over-voltage': 0x3210,
  'under-voltage': 0x3220,
  encoder: 0x7305,
  stall: BLOCKED_FAULT,
  'following-error': FOLLOWING_ERROR_FAULT,
};

const liveSignals: Partial<Record<SignalName, (core: Core, atMs: number) => number>> = {
  modeDisplay: (core) => core.mode,
  actualPosition: (core) => Math.round(core.axis.shaft().position - core.zero),
  actualVelocity: (core) => Math.round(core.axis.shaft().velocity),
  followingError: (core, atMs) => Math.round(followingError(core, atMs)),
  errorCode: shownError,
  digitalInputs: (core) => inputsOf(core),
  actualTorque: (core) => core.axis.torque(),
  groupTrigger: () => 0,
};

/** Another control mode takes pulses or inputs, and what stands here means nothing. */
function obeysRegisters(core: Core): boolean {
  const needed = core.profile.cia402?.controlMode;
  return needed === undefined || register(core, 'controlMode') === needed;
}

function inputsOf({ axis, profile }: Core): number {
  const places = profile.cia402?.inputs;
  if (!places) return 0;
  const { negative, positive, home } = axis.switches();
  return (
    (Number(negative) << places.negativeLimit) |
    (Number(positive) << places.positiveLimit) |
    (Number(home) << places.home)
  );
}

function statuswordOf(core: Core, atMs: number): number {
  const { reached, bit12, bit13 } = modeBits(core, atMs);
  const switches = core.axis.switches();
  const status = {
    power: core.power,
    voltage: core.profile.registers.supplyVoltage === undefined || register(core, 'supplyVoltage') >= LOWEST_SUPPLY_V,
    warning: register(core, 'temperature') >= WARM_DEGREES,
    targetReached: reached,
    internalLimit: switches.negative || switches.positive,
    mode12: bit12,
    mode13: bit13,
    referenced: core.referenced,
  };
  const undriven = (core.profile.resetValues.statusword ?? 0) & UNDRIVEN_BITS;
  return undriven | encodeStatusword(status, core.profile.cia402?.referencedBit ?? null);
}
