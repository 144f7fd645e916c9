import { type SignalName, signalEntries } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality, Written } from '../behaviour.ts';
import type { DriveFaultKind } from '../fault-kinds.ts';
import type { Moment } from '../firmware.ts';
import { LooseWords } from '../loose-words.ts';
import type { Shaft } from '../shaft.ts';
import { PathEngine } from './engine.ts';
import { isSpecialWord } from './paths.ts';

/** Functions that an input can have, active while its contact is closed; with 80h while it is open. */
const ENABLE = 0x08;
const EMERGENCY = 0x22;
/** Our input 1 is wired to a closed contact. */
const isActive = (setting: number, wanted: number): boolean => setting === wanted;

const RESET_ALARM = 0x1111;
const SAVE = 0x2211;
const JOG_NEGATIVE = 0x4001;
const JOG_POSITIVE = 0x4002;
/** A jog word moves for so long unless it is repeated. */
const JOG_MS = 50;

const NOTHING_SAVED = 0x1111;
const SAVED = 0x5555;

/** Alarms that only a power cycle clears. */
const LASTING: ReadonlySet<number> = new Set([0x0e0, 0x0c0]);
const FOLLOWING_ERROR = 0x180;

const alarms: Readonly<Partial<Record<DriveFaultKind, number>>> = {
  'over-current': 0x0e0,
  'over-voltage': 0x0c0,
  'over-temperature': 0x0f0,
  encoder: 0x150,
  stall: FOLLOWING_ERROR,
  'following-error': FOLLOWING_ERROR,
};

/** Parameters without a name in the profile, as they leave the factory. Odd addresses; the even ones before them are high words. */
const factory: Readonly<Record<number, number>> = {
  0x0003: 2,
  0x0005: 1,
  0x0009: 1499,
  0x000b: 65_535,
  0x01c1: 4,
  0x01e1: 60,
  0x01e3: 100,
  0x01e5: 1,
  0x01e7: 200,
  0x6001: 16,
  0x6006: 0x7fff,
  0x6007: 0xffff,
  0x6008: 0xffff,
  0x6009: 0xffff,
};
const FOLLOWING_ERROR_LIMIT = 0x000b;
const JOG_RPM = 0x01e1;
const JOG_RAMP_MS = 0x01e7;

/** The areas of the drive's registers; between them it has none. */
const has = (address: number): boolean => address <= 0x01ff || (address >= 0x6000 && address <= 0x627f);

/** Ramps whose time is 0 after power-up: as steep as can be. */
const steps: readonly SignalName[] = [
  'profileAcceleration',
  'profileDeceleration',
  'spareAcceleration',
  'spareDeceleration',
];

/** A stepper drive with a path table: commanded by its trigger alone, unless a path is written with its special word. */
export const positionTable: Personality = (machine) => {
  const drive = new PathDrive(machine);
  return drive.behaviour();
};

class PathDrive {
  readonly #machine: Machine;
  readonly #shaft: Shaft;
  readonly #words: LooseWords;
  readonly #engine: PathEngine;
  #alarm = 0;
  #jogsUntilMs: number | null = null;
  #at: Moment;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#shaft = machine.shaft();
    this.#at = { atMs: machine.nowMs(), cause: { by: 'reboot' } };
    for (const signal of steps) if (machine.value(signal) === 0) machine.set(signal, Infinity);
    this.#words = new LooseWords({
      machine,
      has,
      reset: factory,
      shown: (signal) => this.#live[signal]?.(this.#shaft, machine.nowMs()) ?? machine.value(signal),
      written: (address, word) => {
        if (isSpecialWord(address)) this.#engine.write(word, this.#at);
      },
    });
    this.#engine = new PathEngine({
      machine,
      words: this.#words,
      mayMove: () => this.#isEnabled() && this.#alarm === 0,
      isBlocked: () => isActive(machine.value('enableInput'), EMERGENCY),
    });
    this.#switchPower(this.#at);
  }

  readonly #live: NonNullable<Behaviour['live']> = {
    statusword: () => this.#statusword(),
    errorCode: () => this.#alarm,
    pathTrigger: () => this.#engine.shows(),
    commandPosition: (shaft, atMs) => (shaft.isPowered() ? shaft.demand(atMs).position : shaft.position()),
    actualPosition: (shaft) => shaft.position(),
    actualVelocity: (shaft) => shaft.velocity(),
  };

  behaviour(): Behaviour {
    const machine = this.#machine;
    return {
      live: this.#live,
      functionCodes: [3, 6, 16],
      isUnlocked: () => false,
      isBusy: () => this.#engine.isRunning(),
      frame: (body) => this.#words.answer(body) ?? 'usual',
      decode: (write) => this.#words.decode(write),
      write: (writes, at) => this.#write(writes, at),
      tick: (atMs) => this.#tick(atMs),
      wasRead: (signals) => {
        const isTold = signals.includes('saveResult') && machine.value('saveResult') === SAVED;
        if (isTold) machine.set('saveResult', NOTHING_SAVED);
      },
      faultCode: (kind) => alarms[kind] ?? null,
      raise: (code, _, at) => this.#raise(code, at),
    };
  }

  #write(writes: readonly Written[], at: Moment): void {
    this.#at = at;
    for (const { signal, value } of writes) {
      if (signal === 'pathTrigger' || (signal === 'pathSpecial' && value !== 0)) this.#engine.write(value, at);
      if (signal === 'systemCommand') this.#command(value, at);
      if (signal === 'enableInput' && isActive(value, EMERGENCY)) this.#engine.stop(at);
    }
    this.#switchPower(at);
  }

  #command(word: number, at: Moment): void {
    if (word === RESET_ALARM) this.#resetAlarm(at);
    if (word === SAVE) this.#save();
    if (word === JOG_NEGATIVE) this.#jog(-1, at);
    if (word === JOG_POSITIVE) this.#jog(1, at);
  }

  #resetAlarm(at: Moment): void {
    if (LASTING.has(this.#alarm) || this.#shaft.conditions.size > 0) return;
    this.#alarm = 0;
    this.#switchPower(at);
  }

  #save(): void {
    const kept = signalEntries(this.#machine.profile.registers).filter(([, { access }]) => access === 'read-write');
    this.#machine.save(kept.map(([signal]) => signal).filter((signal) => signal !== 'pathTrigger'));
    this.#machine.set('saveResult', SAVED);
  }

  #jog(way: number, at: Moment): void {
    if (!this.#isEnabled() || this.#alarm !== 0 || this.#engine.isRunning()) return;
    const rpm = this.#machine.value('pulsesPerRevolution') / 60;
    const ramp = (1000 * rpm) / (this.#words.word(JOG_RAMP_MS) / 1000);
    const ramps = { acceleration: ramp, deceleration: ramp };
    this.#shaft.run(way * this.#words.word(JOG_RPM) * rpm, ramps, at);
    const untilMs = at.atMs + JOG_MS;
    this.#jogsUntilMs = untilMs;
    this.#machine.later(untilMs, (atMs) => {
      if (this.#jogsUntilMs === untilMs) this.#shaft.brake(ramp, { ...at, atMs });
    });
  }

  #isEnabled(): boolean {
    const isHeldByInput = isActive(this.#machine.value('enableInput'), ENABLE);
    return isHeldByInput || this.#machine.value('softwareEnable') === 1;
  }

  /** What was written and not taken is taken as soon as there is power. */
  #switchPower(at: Moment): void {
    const wantsPower = this.#isEnabled() && this.#alarm === 0;
    if (wantsPower === this.#shaft.isPowered()) return;
    if (wantsPower) {
      this.#shaft.hold(at.atMs);
      this.#engine.take(at);
    } else {
      this.#engine.drop();
      this.#shaft.release(at);
    }
  }

  #raise(code: number, at: Moment): void {
    if (this.#alarm !== 0) return;
    this.#alarm = code;
    this.#switchPower(at);
  }

  #tick(atMs: number): void {
    this.#engine.tick(atMs);
    const limit = this.#words.word(FOLLOWING_ERROR_LIMIT);
    const hasStrayed = Math.abs(this.#shaft.followingError(atMs)) > limit && !this.#engine.isHoming();
    if (hasStrayed) this.#raise(FOLLOWING_ERROR, { atMs, cause: { by: 'fault', code: FOLLOWING_ERROR } });
  }

  #statusword(): number {
    const { isCommandDone, isPathDone, isHomed } = this.#engine;
    const bits = [
      this.#alarm !== 0,
      this.#shaft.isPowered(),
      this.#engine.isRunning(),
      false,
      isCommandDone,
      isPathDone,
      isHomed,
    ];
    return bits.reduce((word, bit, index) => (bit ? word | (1 << index) : word), 0);
  }
}
