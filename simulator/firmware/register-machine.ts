import type { Cancel } from '../../drivers/base/index.ts';
import type { ChannelName, Profile, SignalName } from '../../drivers/profile/index.ts';
import { STEP_MS } from '../plant/axis.ts';
import { type Agenda, createAgenda } from './agenda.ts';
import type { Behaviour, Machine, Personality } from './behaviour.ts';
import type { DriveFaultKind } from './fault-kinds.ts';
import type { Firmware, FirmwareParts, FrameFate, Moment, NativeFrames, RaisedFault } from './firmware.ts';
import { createMemory, type Memory } from './memory.ts';
import {
  type Block,
  createRegisterFile,
  type DecodedWrite,
  ILLEGAL_VALUE,
  type ReadOutcome,
  type Refusal,
  type RegisterFile,
  type SignalWrite,
  type WordWrite,
} from './register-file.ts';
import { Shaft } from './shaft.ts';

const PLAIN_FUNCTION_CODES = [3, 4, 6, 16] as const;

/** A drive whose behaviour lies behind registers; see behaviour.ts for what a family has to say. */
export function createRegisterMachine(parts: FirmwareParts, personality: Personality): Firmware {
  return new RegisterMachine(parts, personality);
}

class RegisterMachine implements Firmware, Machine {
  readonly profile: Profile;
  readonly shafts: readonly Shaft[];
  readonly #file: RegisterFile;
  readonly #memory: Memory;
  readonly #personality: Personality;
  readonly #agenda: Agenda = createAgenda();
  #behaviour: Behaviour;
  #unit: number;
  #nowMs = 0;
  #bootsUntilMs: number | null = null;
  #lastFrameMs: number | null = null;
  #lastWriteMs = -Infinity;
  #statusLagMs = 0;
  readonly #heldBack = new Map<string, { readonly value: number; readonly atMs: number }>();

  constructor({ profile, unit, axes, serialNumber }: FirmwareParts, personality: Personality) {
    this.profile = profile;
    this.shafts = axes.map(({ axis, channel }) => new Shaft(axis, channel, profile.countsPerRevolution));
    this.#unit = unit;
    this.#file = createRegisterFile(profile);
    this.#memory = createMemory(profile, { serialNumber, unitAddress: unit });
    this.#personality = personality;
    this.#behaviour = this.#powerUp();
  }

  unit = (): number => this.#unit;
  setUnit = (unit: number): void => void (this.#unit = unit);
  nowMs = (): number => this.#nowMs;
  lastWriteMs = (): number => this.#lastWriteMs;
  isSilent = (): boolean => this.#bootsUntilMs !== null;
  functionCodes = (): readonly number[] => this.#behaviour.functionCodes ?? PLAIN_FUNCTION_CODES;
  feedWatchdog = (atMs: number): void => void (this.#lastFrameMs = atMs);
  setStatusLag = (lagMs: number): void => void (this.#statusLagMs = lagMs);
  eepromWrites = (): number => this.#memory.wear();
  faultCode = (kind: DriveFaultKind): number | null => this.#behaviour.faultCode?.(kind) ?? null;
  zero = (channel: ChannelName | null): number => this.shaft(channel).zero;
  clearConditions = (channel: ChannelName | null): void => this.shaft(channel).conditions.clear();
  save = (signals: readonly SignalName[]): void => this.#memory.save(signals);
  later = (atMs: number, run: (atMs: number) => void): Cancel => this.#agenda.add(atMs, run);

  get native(): NativeFrames | null {
    return this.#behaviour.native ?? null;
  }

  shaft(channel: ChannelName | null = null): Shaft {
    const own = channel === null ? this.shafts[0] : this.shafts.find((shaft) => shaft.channel === channel);
    return own ?? (this.shafts[0] as Shaft);
  }

  value(signal: SignalName, channel: ChannelName | null = null): number {
    return this.#memory.value(signal, channel);
  }

  set(signal: SignalName, value: number, channel: ChannelName | null = null): void {
    this.#memory.set(signal, value, channel);
  }

  inRange({ register: { range }, value }: SignalWrite): boolean {
    return range === undefined || (value >= range[0] && value <= range[1]);
  }

  isIdle(): boolean {
    return !this.#isStepping() && this.#bootsUntilMs === null && this.#agenda.dueMs() === Infinity;
  }

  advance(toMs: number): void {
    for (;;) {
      const stepMs = this.#isStepping() ? nextStep(this.#nowMs) : Infinity;
      const bootMs = this.#bootsUntilMs ?? Infinity;
      const agendaMs = this.#agenda.dueMs();
      const watchdogMs = this.#watchdogDueMs();
      const nextMs = Math.min(stepMs, bootMs, agendaMs, watchdogMs);
      if (nextMs > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      // a step comes last, so that it sees what happens at its end
      if (nextMs === bootMs) this.#finishBoot();
      else if (nextMs === watchdogMs) this.#tripWatchdog();
      else if (nextMs === agendaMs) this.#agenda.run(this.#nowMs);
      else this.#tick();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  fate(body: Uint8Array, atMs: number): FrameFate {
    return this.#behaviour.frame === undefined ? 'usual' : this.#behaviour.frame(body, atMs);
  }

  read(block: Block): ReadOutcome {
    const outcome = this.#file.read(block, (signal, channel) => this.#shown(signal, channel));
    if ('words' in outcome) this.#behaviour.wasRead?.(this.#file.signalsIn(block), this.#nowMs);
    return outcome;
  }

  check(write: WordWrite, atMs: number): DecodedWrite {
    const decoded = this.#behaviour.decode?.(write) ?? this.#file.decodeWrite(write.address, write.words);
    if (!('writes' in decoded)) return decoded;
    const { writes } = decoded;
    const exception =
      this.#behaviour.check === undefined
        ? writes.every((each) => this.inRange(each))
          ? 0
          : ILLEGAL_VALUE
        : this.#behaviour.check(writes, atMs);
    return exception === 0 ? decoded : { exception, why: 'rejected' };
  }

  apply(writes: readonly SignalWrite[], at: Moment): void {
    const written = writes.map((write) => ({ ...write, before: this.value(write.signal, write.channel) }));
    for (const write of writes) {
      this.set(write.signal, write.value, write.channel);
      if (write.register.eeprom && this.#behaviour.isUnlocked?.(write.signal) !== false)
        this.#memory.save([write.signal]);
    }
    this.#lastWriteMs = at.atMs;
    this.#behaviour.write(written, at);
  }

  refusal(refused: Refusal, body: Uint8Array): Uint8Array | null | undefined {
    return this.#behaviour.refusal?.(refused, body);
  }

  packed(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null {
    return this.#behaviour.packed?.(address, quantity, bytes) ?? null;
  }

  injectFault({ code, lasts, channel }: RaisedFault, atMs: number): void {
    const shaft = this.shaft(channel);
    if (lasts) shaft.conditions.add(code);
    if (!this.isSilent()) this.#behaviour.raise?.(code, shaft, { atMs, cause: { by: 'fault', code } });
  }

  setStopInput(isOn: boolean): void {
    if (!this.isSilent()) this.#behaviour.stopInput?.(isOn, { atMs: this.#nowMs, cause: { by: 'input' } });
  }

  setReading(signal: SignalName, value: number | null, channel: ChannelName | null): void {
    const isOwn = channel !== null && this.profile.channels?.[channel]?.registers[signal] !== undefined;
    this.set(signal, value ?? this.profile.resetValues[signal] ?? 0, isOwn ? channel : null);
  }

  reboot(atMs: number): void {
    for (const shaft of this.shafts) shaft.plant.release({ by: 'reboot' });
    this.#agenda.clear();
    this.#bootsUntilMs = atMs + this.profile.timing.bootMs;
  }

  /** Volatile registers are as the profile says, memory cells as they were saved; the position counts from here. */
  #powerUp(): Behaviour {
    this.#memory.powerUp();
    this.#agenda.clear();
    this.#lastFrameMs = null;
    this.#lastWriteMs = -Infinity;
    for (const shaft of this.shafts) shaft.conditions.clear();
    // an address that was saved counts from here on, unless the family takes it at once
    this.#unit = this.value('unitAddress') || this.#unit;
    return this.#personality(this);
  }

  #finishBoot(): void {
    this.#bootsUntilMs = null;
    if (!(this.#behaviour.isAbsolute ?? this.profile.absoluteEncoder))
      for (const shaft of this.shafts) shaft.setPosition(0);
    this.#behaviour = this.#powerUp();
  }

  #isStepping(): boolean {
    if (this.shafts.some(({ plant }) => !plant.isAtRest())) return true;
    return this.#bootsUntilMs === null && this.#behaviour.isBusy?.() === true;
  }

  #tick(): void {
    for (const shaft of this.shafts) shaft.tick(this.#nowMs);
    if (this.#bootsUntilMs === null) this.#behaviour.tick?.(this.#nowMs);
  }

  #watchdogDueMs(): number {
    if (this.#lastFrameMs === null || this.isSilent() || this.#behaviour.watchdog === undefined) return Infinity;
    const timeoutMs = this.value('watchdogTimeout');
    return timeoutMs > 0 && this.#behaviour.isWatched?.() !== false ? this.#lastFrameMs + timeoutMs : Infinity;
  }

  #tripWatchdog(): void {
    // counts again from the next frame on
    this.#lastFrameMs = null;
    this.#behaviour.watchdog?.({ atMs: this.#nowMs, cause: { by: 'watchdog' } });
  }

  #shown(signal: SignalName, channel: ChannelName | null): number {
    const live = this.#behaviour.live?.[signal];
    const value = live === undefined ? this.value(signal, channel) : live(this.shaft(channel), this.#nowMs);
    return this.#statusLagMs === 0 ? value : this.#lagging(signal, channel, value);
  }

  #lagging(signal: SignalName, channel: ChannelName | null, value: number): number {
    if (!(this.#behaviour.statusSignals ?? ['statusword']).includes(signal)) return value;
    const key = `${channel} ${signal}`;
    const held = this.#heldBack.get(key);
    if (held !== undefined && this.#nowMs - held.atMs < this.#statusLagMs) return held.value;
    this.#heldBack.set(key, { value, atMs: this.#nowMs });
    return value;
  }
}

/** Steps lie on whole milliseconds of the clock, so that it does not matter who looks when. */
const nextStep = (nowMs: number): number => (Math.floor(nowMs / STEP_MS) + 1) * STEP_MS;
