import type { ChannelName, Profile, SignalName } from '../../drivers/profile/index.ts';
import type { Cancel } from '../../drivers/base/index.ts';
import type { FrameFate, Moment, NativeFrames } from './firmware.ts';
import type { DriveFaultKind } from './fault-kinds.ts';
import type { Refusal, SignalWrite, WordWrite } from './register-file.ts';
import type { Shaft } from './shaft.ts';

// How a family of drives behaves behind its registers. A family's file gives a `Personality`: a function that makes a
// `Behaviour` over a `Machine`. The machine (register-machine.ts) keeps the registers, time, watchdog, power cycles,
// memory cells and frames; the behaviour says what the signals do. Write it from what is known of the drive and not from
// its scheme in drivers/schemes: the table is shared, the opinion is not.
//
//   export const gearMotor: Personality = (machine) => ({
//     live: { actualVelocity: (shaft) => shaft.velocity() },
//     write(writes, at) {
//       for (const { signal, value } of writes) if (signal === 'targetVelocity') machine.shaft().run(value, STEP, at);
//     },
//   });
//
// A personality is made anew at every power-up, after the registers took their reset values: variables of its closure
// are volatile by construction, and what the drive does at power-up (hold the shaft, start moving) is done while it is
// made. Everything is in canonical units (counts, counts/s, counts/s^2, %, V, degC, ms): scales, word order, bytes,
// blocks and inverse ramps are the register file's.

/** Makes a drive's behaviour at each of its power-ups. */
export type Personality = (machine: Machine) => Behaviour;

/** What a behaviour acts upon. */
export interface Machine {
  readonly profile: Profile;
  /** All axes of the unit: one, or left and right. */
  readonly shafts: readonly Shaft[];
  /** The axis of a channel; without one, the only or first axis. */
  shaft(channel?: ChannelName | null): Shaft;
  nowMs(): number;
  /** What stands in a register: written, set, or from the profile's resetValues; 0 otherwise. Not the live value. */
  value(signal: SignalName, channel?: ChannelName | null): number;
  /** Puts a value into a register as the drive itself does; no memory cell is worn. */
  set(signal: SignalName, value: number, channel?: ChannelName | null): void;
  /** Does something at an instant, at a whole step of time or between; forgotten at a power cycle. */
  later(atMs: number, run: (atMs: number) => void): Cancel;
  /** When the last write was obeyed; -Infinity before the first. */
  lastWriteMs(): number;
  /** Whether the value lies in its register's `range`. */
  inRange(write: SignalWrite): boolean;
  /** Writes the present values of these signals to memory cells: they survive the next power cycles. Counted. */
  save(signals: readonly SignalName[]): void;
  /** Power off and on, by command: silent for the profile's bootMs. */
  reboot(atMs: number): void;
  /** From now on it listens to another unit id. */
  setUnit(unit: number): void;
}

/** What a drive does. Only `write` must be said; everything else has the behaviour of a plain drive. */
export interface Behaviour {
  /** Signals that show something else than what stands in their register; rounding is the register file's. */
  readonly live?: Readonly<Partial<Record<SignalName, (shaft: Shaft, atMs: number) => number>>>;
  /**
   * A frame was obeyed: all its signals together, already standing in their registers.
   * `before` gives what stood there: for edges.
   */
  write(writes: readonly Written[], at: Moment): void;
  /** Exception code with which the whole frame is refused, 0 to obey; nothing stands in the registers yet. Out of range is 3 unless told. */
  check?(writes: readonly SignalWrite[], atMs: number): number;
  /** What words mean that the table cannot say; undefined for what the table says. */
  decode?(write: WordWrite): { readonly writes: readonly SignalWrite[] } | Refusal | undefined;
  /** These signals were just read: for registers that reading clears. */
  wasRead?(signals: readonly SignalName[], atMs: number): void;
  /** Once a step (1 ms) while an axis is not at rest or `isBusy`; the plant has made its step already. */
  tick?(atMs: number): void;
  /** Something is still to come that no write announces, although every axis rests. */
  isBusy?(): boolean;
  /** The drive's own code or bit for a fault; null where it does not notice. Null for all unless told. */
  faultCode?(kind: DriveFaultKind): number | null;
  /** A fault that was injected: what the drive does. Its reason, if it lasts, stands in `shaft.conditions` until cleared. */
  raise?(code: number, shaft: Shaft, at: Moment): void;
  /** An input that stops the drive was closed, or opened again: an emergency-stop button, for drives that have one. */
  stopInput?(isOn: boolean, at: Moment): void;
  /**
   * The line was silent for `watchdogTimeout`. Counts from the last frame for this unit (none yet: not at all), is off at
   * 0 and while `isWatched` says no, and counts again from the next frame.
   */
  watchdog?(at: Moment): void;
  /** Whether the watchdog counts now; always unless told. */
  isWatched?(): boolean;
  /** Whether a write to a register with `eeprom` reaches its memory cell (a lock may be on); always unless told. */
  isUnlocked?(signal: SignalName): boolean;
  /**
   * The position survives a power cycle; as the profile says unless told. Where the shaft then lies at the very first
   * power-up (`bootCounter` 1), the personality may declare by `shaft.setPosition`.
   */
  readonly isAbsolute?: boolean;
  /** The signals that an injected slow status holds back; the statusword unless told. */
  readonly statusSignals?: readonly SignalName[];
  /** Function codes that it knows; 3, 4, 6 and 16 unless told. 8 (echo) and 23 (write, then read) are there for the asking. */
  readonly functionCodes?: readonly number[];
  /**
   * Looks at every frame (unit and PDU) before it is taken: `usual`, null to ignore it, or bytes (unit and PDU) that
   * answer it without anything being done. For protocols that are off, reads that fail, function codes of the maker.
   */
  frame?(body: Uint8Array, atMs: number): FrameFate;
  /** The answer to what was refused: undefined in the profile's style, null for silence, or bytes (unit and PDU). */
  refusal?(refused: Refusal, body: Uint8Array): Uint8Array | null | undefined;
  /** Makes words of an FC 16 whose byte count is not twice its quantity; null refuses it, as any other drive does. */
  packed?(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null;
  /** Frames of the maker's own that are no Modbus at all. */
  readonly native?: NativeFrames;
}

export interface Written extends SignalWrite {
  readonly before: number;
}
