import type { Behaviour, Machine, Written } from '../behaviour.ts';
import type { DriveFaultKind } from '../fault-kinds.ts';
import type { FrameFate, Moment, NativeFrames } from '../firmware.ts';
import { ILLEGAL_VALUE, type Refusal, SERVER_FAILURE, type SignalWrite, type WordWrite } from '../register-file.ts';
import type { Shaft } from '../shaft.ts';
import { BOOT_OR_SILENT, type Command, commandIn, homingSetupWords, isSoftwareOnly } from './blocks.ts';
import { cellsOf } from './cells.ts';
import { createOrigin, HomingState, type Origin } from './homing.ts';
import { fastestRpm, RunState, runStateOf } from './kinematics.ts';
import { createMotion, type Motion } from './motion.ts';
import { nativeFrames } from './native.ts';
import { serve } from './service.ts';

const STALLED = 1;
/** Pushed so long without turning, the drive lets go. */
const STALL_MS = 300;
const READS: readonly number[] = [3, 4];
const WRITE_SINGLE = 6;
const SILENT_MODE = 2;

/** A stepper drive between two power-ups. What only the manual's examples show, or nobody says, is marked "concluded". */
export class Stepper implements Behaviour {
  readonly statusSignals = ['runState'] as const;
  readonly live: NonNullable<Behaviour['live']>;
  readonly native: NativeFrames;
  readonly #machine: Machine;
  readonly #origin: Origin;
  readonly #motion: Motion;
  /** What the frame asks for that is being taken. */
  #asked: Command | null = null;
  #cameWithFiveBytes = false;
  #isSilent = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#origin = createOrigin(machine, (state) => machine.set('homingResult', state));
    this.#motion = createMotion(machine);
    this.live = liveOf(machine, this.#origin);
    this.native = nativeFrames({
      unit: () => machine.value('unitAddress'),
      isModbusOn: () => machine.value('modbusEnabled') === 1,
      switchOn: () => {
        machine.set('modbusEnabled', 1);
        machine.save(['modbusEnabled']);
      },
    });
    const { runAtPowerUp } = cellsOf(machine);
    if (runAtPowerUp === null) return;
    machine.shaft().hold(machine.nowMs());
    this.#motion.begin(runAtPowerUp, { atMs: machine.nowMs(), cause: { by: 'reboot' } });
  }

  /** With Modbus off an answer is cut short; in the silent mode only the way out of it is answered. */
  frame(body: Uint8Array): FrameFate {
    this.#cameWithFiveBytes = false;
    if (this.#machine.value('modbusEnabled') !== 1) return body.slice(0, 1);
    const isWayOut = body[1] === WRITE_SINGLE && body[2] === 0 && body[3] === BOOT_OR_SILENT;
    return this.#isSilent && !isWayOut ? null : 'usual';
  }

  packed(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null {
    const words = homingSetupWords(address, quantity, bytes);
    this.#cameWithFiveBytes = words !== null;
    return words;
  }

  decode({ address, words }: WordWrite): { readonly writes: readonly SignalWrite[] } | Refusal | undefined {
    const asked = commandIn(address, words);
    this.#asked = null;
    if (asked === null) return undefined;
    const isWrongLength = asked === 'count' || (asked.kind === 'homingSetup' && !this.#cameWithFiveBytes);
    if (isWrongLength) return { exception: ILLEGAL_VALUE, why: 'count' };
    this.#asked = asked;
    return { writes: [] };
  }

  check(writes: readonly SignalWrite[]): number {
    if (!writes.every((write) => this.#machine.inRange(write))) return ILLEGAL_VALUE;
    const [write] = writes;
    const isObeyed = this.#asked === null ? write === undefined || this.#mayWrite(write) : this.#mayDo(this.#asked);
    return isObeyed ? 0 : SERVER_FAILURE;
  }

  /** No register is refused by an exception: what is refused is told by the answer, and what is no block by silence. */
  refusal({ why }: Refusal, body: Uint8Array): null | undefined {
    return why === 'rejected' && !READS.includes(body[1] ?? 0) ? undefined : null;
  }

  write(writes: readonly Written[], at: Moment): void {
    if (this.#asked !== null) this.#carryOut(this.#asked, at);
    for (const write of writes) this.#obey(write, at);
  }

  tick(atMs: number): void {
    this.#origin.tick(atMs);
    this.#motion.tick(atMs);
    const cause = { by: 'fault', code: STALLED } as const;
    if (this.#shaft().blockedForMs(atMs) >= STALL_MS) this.raise(STALLED, this.#shaft(), { atMs, cause });
  }

  isBusy = (): boolean => this.#origin.isUnderWay();

  faultCode = (kind: DriveFaultKind): number | null => (kind === 'stall' || kind === 'over-current' ? STALLED : null);

  raise(_: number, shaft: Shaft, { cause }: Moment): void {
    this.#machine.set('stallFlag', 1);
    this.#origin.giveUp();
    shaft.release({ cause });
  }

  watchdog(at: Moment): void {
    this.#stopAtOnce(at);
  }

  #mayDo(asked: Command): boolean {
    return (!isSoftwareOnly(asked) || this.#hasBusMode()) && this.#motion.takes(asked);
  }

  /** Concluded: a stalled motor is released before it is enabled again, and only an enabled one goes home. */
  #mayWrite({ signal, value }: SignalWrite): boolean {
    if (signal === 'enableCommand')
      return this.#hasBusMode() && !(value === 1 && this.#machine.value('stallFlag') === 1);
    return signal !== 'homingStart' || (this.#shaft().isPowered() && !this.#origin.isUnderWay());
  }

  #carryOut(asked: Command, at: Moment): void {
    if (asked.kind === 'service') {
      if (asked.address === BOOT_OR_SILENT) this.#isSilent = asked.value <= SILENT_MODE;
      else serve(this.#machine, { ...asked, running: this.#motion.running() }, at);
    }
    if (asked.kind === 'homingSetup') {
      const cells = cellsOf(this.#machine);
      cells.homing = { way: asked.way, rpm: asked.rpm };
      cells.hasLimits = asked.hasLimits;
    }
    // concluded: a motor without power takes a target and does not go there
    const isMotion = asked.kind === 'move' || asked.kind === 'run';
    if (isMotion && this.#shaft().isPowered() && !this.#origin.isUnderWay()) this.#motion.begin(asked, at);
  }

  #obey({ signal, value }: Written, at: Moment): void {
    const shaft = this.#shaft();
    if (signal === 'enableCommand') this.#enable(value === 1, at);
    else if (signal === 'stopAtOnce') this.#stopAtOnce(at);
    else if (signal === 'stallRelease') this.#machine.set('stallFlag', 0);
    else if (signal === 'setZero') shaft.setPosition(0);
    else if (signal === 'homingStart') this.#goHome(value, at);
    else if (signal === 'restartCommand') this.#machine.reboot(at.atMs);
    else if (signal === 'unitAddress') this.#machine.setUnit(value);
  }

  #enable(isOn: boolean, at: Moment): void {
    if (isOn) this.#shaft().hold(at.atMs);
    else this.#shaft().release(at);
    if (!isOn) this.#origin.giveUp();
  }

  #goHome(value: number, at: Moment): void {
    if (value === 1) this.#origin.begin(at);
    else this.#motion.toZero(at);
  }

  #stopAtOnce(at: Moment): void {
    this.#origin.giveUp();
    this.#motion.end();
    if (this.#shaft().isPowered()) this.#shaft().brake(Infinity, at);
  }

  #shaft = (): Shaft => this.#machine.shaft();
  #hasBusMode = (): boolean => fastestRpm(this.#machine.value('workMode')) !== null;
}

function liveOf(machine: Machine, origin: Origin): NonNullable<Behaviour['live']> {
  return {
    actualPosition: (shaft) => shaft.position(),
    actualVelocity: (shaft) => shaft.velocity(),
    followingError: (shaft, atMs) => shaft.followingError(atMs),
    enableState: (shaft) => (shaft.isPowered() ? 1 : 0),
    runState: (shaft, atMs) => (origin.isUnderWay() ? RunState.homing : runStateOf(shaft, atMs)),
    digitalInputs: (shaft) => {
      const { home, negative, positive } = shaft.switches();
      return (home || negative ? 1 : 0) + (positive ? 2 : 0);
    },
    encoderTurns: (shaft) => Math.floor(shaft.position() / machine.profile.countsPerRevolution),
    encoderValue: (shaft) => modulo(Math.round(shaft.position()), machine.profile.countsPerRevolution),
    pulseCount: (shaft, atMs) => (shaft.demand(atMs).position * 3200) / machine.profile.countsPerRevolution,
    singleTurnResult: () => HomingState.failedOrNever,
  };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
