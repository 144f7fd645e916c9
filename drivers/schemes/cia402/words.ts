import type { Signals } from '../../profile/index.ts';
import type { Command, Condition } from '../scheme.ts';

/** Modes of operation, object 6060h. */
export const Mode = { profilePosition: 1, profileVelocity: 3, homing: 6 } as const;

/** The mode at hand: object 6061h, or 6060h read back where the drive shows no other. */
export const modeOf = ({ modeDisplay, modeOfOperation }: Signals): number | undefined => modeDisplay ?? modeOfOperation;

/** Controlword, object 6040h. Every command is a whole word: what is not named in it is low. */
export const Control = {
  disableVoltage: 0x0000,
  quickStop: 0x0002, // bit 2 is active low
  shutdown: 0x0006,
  switchOn: 0x0007,
  enableOperation: 0x000f,
  faultReset: 0x0080,
  halt: 0x010f,
  homingStart: 0x001f,
  /** New set-point, absolute, change set immediately. */
  newSetpoint: 0x003f,
} as const;

const START_BIT = 0x0010;
const HALT_BIT = 0x0100;

/** Bit 4: a rising edge takes a set-point or starts homing. An unknown controlword may have it set. */
export const isStartBitHigh = (controlword: number | undefined): boolean =>
  ((controlword ?? START_BIT) & START_BIT) !== 0;

/** Bit 8. An unknown controlword may have it set. */
export const isHaltBitHigh = (controlword: number | undefined): boolean => ((controlword ?? HALT_BIT) & HALT_BIT) !== 0;

/** Statusword bits, object 6041h. Bits 10, 12 and 13 mean something else in each mode. */
export const Status = {
  warning: 0x0080,
  targetReached: 0x0400,
  internalLimit: 0x0800,
  /** Profile position: set-point acknowledge. Profile velocity: speed is 0. Homing: attained. */
  modeBit12: 0x1000,
  /** Homing: error. */
  modeBit13: 0x2000,
} as const;

const word = (mask: number, equals: number): Condition => ({ signal: 'statusword', mask, equals });

/** States as conditions (CiA 402 table 30). */
export const In = {
  switchOnDisabled: word(0x4f, 0x40),
  readyToSwitchOn: word(0x6f, 0x21),
  switchedOn: word(0x6f, 0x23),
  operationEnabled: word(0x6f, 0x27),
  quickStopActive: word(0x6f, 0x07),
  faultReaction: word(0x4f, 0x0f),
  fault: word(0x4f, 0x08),
  setpointAcknowledged: word(Status.modeBit12, Status.modeBit12),
  setpointBufferFree: word(Status.modeBit12, 0),
  /** Whatever state follows: some drives go on to Ready to switch on by themselves. */
  noFault: word(0x08, 0),
} as const;

export const faulted: readonly Condition[] = [In.fault, In.faultReaction];
/** Nothing can be started from here any more. */
export const notEnabled: readonly Condition[] = [...faulted, In.quickStopActive, In.switchOnDisabled];

export const command = (value: number): Command => ({ do: 'command', signal: 'controlword', value });
