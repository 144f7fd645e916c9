import type { ChannelName, Profile, SignalName } from '../../drivers/profile/index.ts';
import type { Cause } from '../ledger.ts';
import type { Axis } from '../plant/axis.ts';
import type { DriveFaultKind } from './fault-kinds.ts';
import type { Block, DecodedWrite, ReadOutcome, Refusal, SignalWrite, WordWrite } from './register-file.ts';

/** What a drive is made of, besides its registers: one axis, or two in one unit. */
export interface FirmwareParts {
  readonly profile: Profile;
  /** Modbus unit at the first power-up. */
  readonly unit: number;
  readonly axes: readonly AxisPart[];
  readonly serialNumber: number;
}

export interface AxisPart {
  /** Null where the unit has only one axis. */
  readonly channel: ChannelName | null;
  readonly axis: Axis;
}

/** When something is obeyed, and on whose account. */
export interface Moment {
  readonly atMs: number;
  readonly cause: Cause;
}

/** A frame that the drive does not take as a master means it: `usual` is obeyed, null stays unanswered, bytes are the answer. */
export type FrameFate = 'usual' | Uint8Array | null;

/** A fault that the drive finds in itself, of one axis; it `lasts` until its reason is cleared. */
export interface RaisedFault {
  readonly code: number;
  readonly lasts: boolean;
  readonly channel: ChannelName | null;
}

/** Frames of the maker's own on the same wire, beside Modbus. */
export interface NativeFrames {
  /** How long the frame is that begins with these bytes; null where they are none of its own. */
  length(bytes: Uint8Array): number | 'more' | null;
  /** The whole answer; null for silence. */
  take(frame: Uint8Array, atMs: number): Uint8Array | null;
}

/** What a drive does with its registers. Time comes in with every call; nothing happens between calls that they do not catch up. */
export interface Firmware {
  /** The unit that it listens to now. */
  unit(): number;
  /** Lives on until `toMs`; a time already passed changes nothing. */
  advance(toMs: number): void;
  /** Boots, and hears nothing. */
  isSilent(): boolean;
  /** Nothing will change until the next write, except that the watchdog may trip. */
  isIdle(): boolean;
  /** Function codes that it knows; others are answered with exception 1. */
  functionCodes(): readonly number[];
  /** What becomes of a frame for this unit, or for all; unit and PDU. */
  fate(body: Uint8Array, atMs: number): FrameFate;
  readonly native: NativeFrames | null;
  read(block: Block): ReadOutcome;
  /** What a write means, or why it is refused; nothing is changed yet. */
  check(write: WordWrite, atMs: number): DecodedWrite;
  /** Obeys a checked write. */
  apply(writes: readonly SignalWrite[], at: Moment): void;
  /** The answer to what was refused; undefined for that of the profile's style, null for silence. */
  refusal(refused: Refusal, body: Uint8Array): Uint8Array | null | undefined;
  /** The words of an FC 16 whose byte count is not twice its quantity; null where the drive does not take such. */
  packed(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null;
  /** A valid frame for this unit. */
  feedWatchdog(atMs: number): void;
  /** The drive's own code for what goes wrong; null where it does not notice. */
  faultCode(kind: DriveFaultKind): number | null;
  injectFault(fault: RaisedFault, atMs: number): void;
  /** Takes the reasons of lasting faults away; the fault itself stays until it is reset. */
  clearConditions(channel: ChannelName | null): void;
  /** An input that stops the drive, where it has one. */
  setStopInput(isOn: boolean): void;
  /** What a sensor shows: temperature or supply voltage; null for what it shows after power-up. */
  setReading(signal: SignalName, value: number | null, channel: ChannelName | null): void;
  /** The status is refreshed only every so many milliseconds. */
  setStatusLag(lagMs: number): void;
  /** Power off and on. */
  reboot(atMs: number): void;
  /** Position as the drive shows it is shaft less this. */
  zero(channel: ChannelName | null): number;
  /** Memory cells worn since it was made. */
  eepromWrites(): number;
}
