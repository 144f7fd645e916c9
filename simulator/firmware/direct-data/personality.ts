import { type SignalName, signalEntries } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality, Written } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import { LooseWords } from '../loose-words.ts';
import { SERVER_FAILURE, type SignalWrite } from '../register-file.ts';
import type { Shaft } from '../shaft.ts';
import * as alarm from './alarms.ts';
import { type Inputs, inputsOf, isHeld } from './inputs.ts';
import { Motion } from './motion.ts';
import { operationOf } from './operations.ts';
import { Power } from './power.ts';
import { afterStart, isTriggerInRange, startedBy, triggerWords } from './trigger.ts';
import { isAz } from './units.ts';

/** The memory takes so long to be written; SYS-BSY meanwhile. */
const MEMORY_MS = 300;
const SYS_BUSY_BIT = 8;
const DEVIATION_COUNTS = 108_000;
const OVERLOAD_MS = 2000;

/** What operation data hold that nobody has set. */
const stored: Readonly<Partial<Record<SignalName, number>>> = {
  operationType: 0,
  targetPosition: 0,
  profileVelocity: 0,
  profileAcceleration: 1000,
  profileDeceleration: 1000,
  torqueLimit: 1000,
};

/** A drive with a block of direct data and a trigger; registers that the profile does not name are there all the same. */
export const directData: Personality = (machine) => new DirectDataDrive(machine).behaviour();

class DirectDataDrive {
  readonly #machine: Machine;
  readonly #shaft: Shaft;
  readonly #words: LooseWords;
  readonly #motion: Motion;
  readonly #power: Power;
  #coordinates = false;
  #busyUntilMs = -Infinity;
  #cancelLifetime: () => void = () => undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#shaft = machine.shaft();
    this.#words = new LooseWords({
      machine,
      has: () => true,
      shown: (signal) => this.#live[signal]?.(this.#shaft, machine.nowMs()) ?? machine.value(signal),
    });
    this.#motion = new Motion(machine, (end, atMs) => this.#endSearch(end, atMs));
    this.#power = new Power(machine, this.#motion);
    this.#power.follow(this.#inputs(), { atMs: machine.nowMs(), cause: { by: 'reboot' } });
  }

  readonly #live: NonNullable<Behaviour['live']> = {
    statusword: (_, atMs) => this.#statusword(atMs),
    errorCode: () => this.#power.alarm(),
    demandPosition: (shaft, atMs) => (shaft.isPowered() ? shaft.demand(atMs).position : shaft.position()),
    demandVelocity: (shaft, atMs) => shaft.demand(atMs).velocity,
    actualPosition: (shaft) => shaft.position(),
    actualVelocity: (shaft) => shaft.velocity(),
    actualTorque: (shaft) => shaft.torque(),
    targetMonitor: () => this.#motion.target,
    targetVelocityMonitor: () => this.#motion.targetVelocity,
  };

  behaviour(): Behaviour {
    return {
      live: this.#live,
      functionCodes: [3, 6, 8, 16, 23],
      isUnlocked: () => false,
      isBusy: () => this.#motion.isMoving(),
      frame: (body) => this.#words.answer(body) ?? 'usual',
      decode: (write) => this.#words.decode(write),
      check: (writes, atMs) => this.#check(writes, atMs),
      write: (writes, at) => this.#write(writes, at),
      tick: (atMs) => this.#tick(atMs),
      faultCode: (kind) => alarm.alarms[kind] ?? null,
      raise: (code, _, at) => this.#raise(code, at),
      watchdog: (at) => this.#raise(alarm.COMMUNICATION_TIMEOUT, at),
    };
  }

  /** Exception 4 where something cannot be taken; what can be taken of the same frame stands all the same. */
  #check(writes: readonly SignalWrite[], atMs: number): number {
    const isAllGood = writes.every((write) => this.#takes(write, atMs));
    if (isAllGood || this.#machine.value('slaveErrorResponse') === 0 || isAz(this.#machine)) return 0;
    for (const write of writes) if (this.#takes(write, atMs)) this.#machine.set(write.signal, write.value);
    return SERVER_FAILURE;
  }

  #takes(write: SignalWrite, atMs: number): boolean {
    if (write.signal === 'saveCommand' && atMs < this.#busyUntilMs) return false;
    if (write.signal !== 'directDataTrigger') return this.#machine.inRange(write);
    const isStart = triggerWords(write.value).trigger > 0;
    return isTriggerInRange(write.value) && (!isStart || this.#isReady(atMs));
  }

  #write(writes: readonly Written[], at: Moment): void {
    const good = writes.filter((write) => this.#takes(write, at.atMs));
    // an error that is hidden behind a good answer changes nothing
    for (const write of writes) if (!good.includes(write)) this.#machine.set(write.signal, write.before);
    if (good.some(({ signal }) => signal === 'directDataNumber')) this.#copyStored(good);
    this.#trigger(good, at);
    for (const write of good) this.#command(write, at);
  }

  /** A number copies its operation data into the block, but not over what the same frame says. */
  #copyStored(writes: readonly Written[]): void {
    for (const [signal, value] of Object.entries(stored) as [SignalName, number][]) {
      if (!writes.some((write) => write.signal === signal)) this.#machine.set(signal, value);
    }
  }

  #trigger(writes: readonly Written[], at: Moment): void {
    const { value, set } = bound(this.#machine);
    const standing = value('directDataTrigger');
    const clearsItself = value('triggerAutoClear') === 1;
    const trigger = startedBy(writes, triggerWords(standing).trigger, clearsItself);
    const isWritten = writes.some(({ signal }) => signal === 'directDataTrigger');
    if (isWritten) set('directDataTrigger', afterStart(standing, clearsItself));
    if (isWritten || trigger !== null) this.#renewLifetime(triggerWords(standing).lifetimeMs, at);
    if (trigger !== null && this.#isReady(at.atMs)) this.#start(trigger, at);
  }

  #start(trigger: number, at: Moment): void {
    const operation = operationOf(trigger, this.#machine, this.#motion.target);
    if (operation.kind === 'refused') return this.#raise(alarm.OPERATION_DATA, at);
    const needsCoordinates = operation.kind === 'position' && operation.isAbsolute && !isAz(this.#machine);
    const isPermitted = this.#coordinates || this.#machine.value('absoluteWithoutHome') === 1;
    if (needsCoordinates && !isPermitted) return this.#raise(alarm.HOMING_INCOMPLETE, at);
    this.#motion.start(operation, at, this.#machine.value('directDataDestination') === 1);
  }

  /** Counts from each operation anew; without one in time, alarm and stop. */
  #renewLifetime(lifetimeMs: number, at: Moment): void {
    this.#cancelLifetime();
    if (lifetimeMs <= 0) return;
    this.#cancelLifetime = this.#machine.later(at.atMs + lifetimeMs, (atMs) =>
      this.#raise(alarm.COMMUNICATION_TIMEOUT, { atMs, cause: { by: 'watchdog' } }),
    );
  }

  #command({ signal, value, before }: Written, at: Moment): void {
    if (signal === 'inputCommand') this.#input(inputsOf(before, this.#machine), at);
    if (signal === 'stopCommand') this.#stop(value, at);
    const pulsed = this.#pulsed[signal];
    if (pulsed === undefined) return;
    if (value === 2 || (value === 1 && before !== 1)) pulsed(at);
    if (value === 2) this.#machine.set(signal, 1);
  }

  /** Carried out as the word goes from 0 to 1, or by every 2. */
  readonly #pulsed: Readonly<Partial<Record<SignalName, (at: Moment) => void>>> = {
    alarmReset: (at) => this.#power.reset(this.#inputs(), at),
    positionPreset: () => this.#preset(),
    saveCommand: ({ atMs }) => this.#save(atMs),
  };

  #input(before: Inputs, at: Moment): void {
    const inputs = this.#inputs();
    const rises = (name: keyof Inputs): boolean => inputs[name] && !before[name];
    if (rises('servoOn')) this.#power.giveBack();
    if (rises('quickStop')) this.#stop(3, at);
    else if (rises('stop')) this.#stop(4, at);
    if (rises('clear')) this.#stop(1, at);
    if (rises('alarmReset')) this.#power.reset(inputs, at);
    this.#power.follow(inputs, at);
    if (rises('home')) this.#home(at);
  }

  /** 1 at once, 2 on the ramp of the operation, 3 as QSTOP, 4 as STOP. */
  #stop(how: number, at: Moment): void {
    const quick = this.#machine.value('quickStopDeceleration');
    const ramps: Readonly<Record<number, number | null>> = { 1: Infinity, 2: null, 3: quick, 4: null };
    const ramp = ramps[how];
    if (ramp !== undefined) this.#motion.brake(ramp, at);
    this.#machine.set('stopCommand', 0);
  }

  #home(at: Moment): void {
    if (!this.#isHomeReady(at.atMs)) return;
    const { value } = bound(this.#machine);
    const fast = value('homingSpeedFast');
    const rpmPerSecond = this.#machine.profile.countsPerRevolution / 60;
    const ramp = value('homingRamp');
    this.#coordinates = false;
    this.#motion.home(value('accelerationUnit') === 1 ? fast / (ramp / 1000) : ramp * rpmPerSecond, at);
  }

  #endSearch(end: 'found' | 'failed', atMs: number): void {
    if (end === 'failed') {
      const at: Moment = { atMs, cause: { by: 'limit', code: alarm.NO_HOME_SWITCH } };
      return this.#raise(alarm.NO_HOME_SWITCH, at);
    }
    this.#shaft.setPosition(this.#machine.value('homeOffset'));
    this.#coordinates = true;
  }

  /** Not during operation: demand and actual position become the home offset, the shaft stays. */
  #preset(): void {
    if (this.#motion.isMoving()) return;
    const error = this.#shaft.followingError(this.#machine.nowMs());
    this.#shaft.setPosition(this.#machine.value('homeOffset') - error);
    this.#coordinates = true;
  }

  #save(atMs: number): void {
    const kept = signalEntries(this.#machine.profile.registers).filter(([, { access }]) => access === 'read-write');
    this.#machine.save(kept.map(([signal]) => signal).filter((signal) => signal !== 'inputCommand'));
    this.#busyUntilMs = atMs + MEMORY_MS;
  }

  #raise(code: number, at: Moment): void {
    this.#power.raise(code, this.#inputs(), at);
  }

  #tick(atMs: number): void {
    this.#motion.tick(atMs);
    this.#power.tick(this.#inputs(), atMs);
    const cause = this.#trouble(atMs);
    if (cause !== null) this.#raise(cause, { atMs, cause: { by: 'fault', code: cause } });
  }

  /** A search may push against a wall. */
  #trouble(atMs: number): number | null {
    if (this.#motion.isHoming()) return null;
    if (Math.abs(this.#shaft.followingError(atMs)) > DEVIATION_COUNTS) return alarm.POSITION_DEVIATION;
    return this.#shaft.blockedForMs(atMs) > OVERLOAD_MS ? alarm.OVERLOAD : null;
  }

  readonly #inputs = (): Inputs => inputsOf(this.#machine.value('inputCommand'), this.#machine);

  #isReady(atMs: number): boolean {
    const inputs = this.#inputs();
    return this.#power.isReady(atMs) && !isHeld(inputs) && !inputs.home && !this.#motion.isHoming();
  }

  #isHomeReady(atMs: number): boolean {
    return this.#power.isReady(atMs) && !isHeld(this.#inputs()) && !this.#motion.isMoving();
  }

  #statusword(atMs: number): number {
    const { outputs } = this.#machine.profile.directData ?? {};
    const isMoving = this.#motion.isMoving();
    const on: Readonly<Record<Exclude<keyof NonNullable<typeof outputs>, 'warning'>, boolean>> = {
      servoOn: this.#power.isExcited(atMs),
      ready: this.#isReady(atMs) && !(isAz(this.#machine) && isMoving),
      alarm: this.#power.alarm() !== 0,
      moving: isMoving,
      inPosition: this.#motion.isInPosition(atMs),
      coordinates: this.#coordinates,
      homeReady: this.#isHomeReady(atMs),
    };
    const isBusy = atMs < this.#busyUntilMs;
    return Object.entries(on).reduce(
      (word, [name, isOn]) => (isOn ? word | maskOf(outputs?.[name as keyof typeof on]) : word),
      isBusy ? maskOf(SYS_BUSY_BIT) : 0,
    );
  }
}

const maskOf = (bit: number | null | undefined): number => (bit == null ? 0 : 1 << bit);

const bound = (machine: Machine): Pick<Machine, 'value' | 'set'> => ({
  value: (signal) => machine.value(signal),
  set: (signal, value) => machine.set(signal, value),
});
