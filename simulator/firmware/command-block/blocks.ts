// Blocks of the drive that a master need not know all of, from their words. Manual: direction 1 is CW, which is taken
// for positive here (it says both); coordinates are counts, 3200 pulses are a turn at the 16 microsteps of the factory.

/** The motion blocks: relative and absolute coordinates, turning, relative and absolute pulses. */
const F4 = 0xf4;
export const F5 = 0xf5;
export const F6 = 0xf6;
const FD = 0xfd;
const FE = 0xfe;
const HOMING_SETUP = 0x90;

const COUNTS_PER_PULSE = 16_384 / 3200;
const RUN_TIME_UNIT_MS = 10;

export type Command = MoveCommand | RunCommand | HomingSetup | Service | { readonly kind: 'setting' };

export interface MoveCommand {
  readonly kind: 'move';
  readonly block: number;
  /** Acceleration code, 0 for a step. */
  readonly code: number;
  readonly rpm: number;
  readonly counts: number;
  readonly isRelative: boolean;
}

export interface RunCommand {
  readonly kind: 'run';
  readonly code: number;
  /** Signed. */
  readonly rpm: number;
  readonly forMs: number | null;
}

interface HomingSetup {
  readonly kind: 'homingSetup';
  readonly way: 1 | -1;
  readonly rpm: number;
  readonly hasLimits: boolean;
}

/** Commands that a master should not give. */
export interface Service {
  readonly kind: 'service';
  readonly address: number;
  readonly value: number;
}

/** Settings without an effect on what is simulated: how many words they have. */
const settings: Readonly<Record<number, number>> = {
  0x36: 2,
  0x84: 1,
  0x85: 1,
  0x86: 1,
  0x87: 1,
  0x88: 1,
  0x89: 1,
  0x8f: 1,
  0x96: 4,
  0x97: 4,
  0x99: 3,
  0x9a: 2,
  0x9b: 1,
  0x9d: 3,
  0x9e: 1,
};
export const FACTORY = 0x3f;
export const BOOT_OR_SILENT = 0x50;
export const CALIBRATE = 0x80;
export const RUN_AT_POWER_UP = 0xff;
const services: readonly number[] = [FACTORY, BOOT_OR_SILENT, CALIBRATE, RUN_AT_POWER_UP];

export const isSoftwareOnly = ({ kind }: Command): boolean => kind === 'move' || kind === 'run';

/** What the words ask for; `count` where the block has another length, null where it is none of these. */
export function commandIn(address: number, words: readonly number[]): Command | 'count' | null {
  const known = motionIn(address, words) ?? homingSetupIn(address, words);
  if (known !== null) return known;
  const length = services.includes(address) ? 1 : settings[address];
  if (length === undefined) return null;
  if (words.length !== length) return 'count';
  const [value = 0] = words;
  return services.includes(address) ? { kind: 'service', address, value } : { kind: 'setting' };
}

type Words = readonly number[];

/** Of the moves: what their last two words are in counts, and from where. */
const moves: Readonly<Record<number, { readonly counts: (words: Words) => number; readonly isRelative: boolean }>> = {
  [F4]: { counts: (words) => signed(long(words)), isRelative: true },
  [F5]: { counts: (words) => signed(long(words)), isRelative: false },
  [FD]: { counts: (words) => wayOf(words) * long(words) * COUNTS_PER_PULSE, isRelative: true },
  [FE]: { counts: (words) => signed(long(words)) * COUNTS_PER_PULSE, isRelative: false },
};

function motionIn(address: number, words: Words): Command | 'count' | null {
  if (address === F6) return words.length === 2 || words.length === 4 ? runIn(words) : 'count';
  const move = moves[address];
  if (move === undefined) return null;
  if (words.length !== 4) return 'count';
  const [first = 0, rpm = 0] = words;
  const { counts, isRelative } = move;
  return { kind: 'move', block: address, code: first & 0xff, rpm, counts: counts(words), isRelative };
}

function runIn(words: Words): RunCommand {
  const [first = 0, rpm = 0] = words;
  const forMs = words.length === 4 ? long(words) * RUN_TIME_UNIT_MS : null;
  return { kind: 'run', code: first & 0xff, rpm: wayOf(words) * rpm + 0, forMs };
}

/** Byte 0 switch level, 1 direction (0 CW), 2 and 3 speed, 4 limits on or off. */
function homingSetupIn(address: number, words: readonly number[]): HomingSetup | 'count' | null {
  if (address !== HOMING_SETUP) return null;
  const [first = 0, rpm = 0, last = 0] = words;
  if (words.length !== 3) return 'count';
  return { kind: 'homingSetup', way: (first & 0xff) === 0 ? 1 : -1, rpm, hasLimits: last >>> 8 !== 0 };
}

/** The homing block says 3 registers and carries 5 bytes; no other length is taken. */
export function homingSetupWords(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null {
  if (address !== HOMING_SETUP || quantity !== 3 || bytes.length !== 5) return null;
  const [level = 0, direction = 0, high = 0, low = 0, limits = 0] = bytes;
  return [(level << 8) | direction, (high << 8) | low, limits << 8];
}

const wayOf = ([first = 0]: Words): 1 | -1 => (first >>> 8 === 0 ? -1 : 1);
const long = ([, , high = 0, low = 0]: Words): number => high * 0x1_0000 + low;
const signed = (value: number): number => (value > 0x7fff_ffff ? value - 0x1_0000_0000 : value);
