import type { Profile, Register, RegisterType } from './profile.ts';

/** Two 16-bit registers that make one value: which comes first on the wire. */
type WordOrder = Profile['wordOrder'];

type Scaled = Pick<Register, 'type' | 'scale'>;

const WORD = 0x1_0000;

const ranges = {
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
} as const satisfies Record<RegisterType, readonly [number, number]>;

/** How many 16-bit registers a type takes. */
export function wordsOf(type: RegisterType): 1 | 2 {
  return type === 'u16' || type === 'i16' ? 1 : 2;
}

/** Registers, as unsigned 16-bit words in wire order, to the canonical value. */
export function decodeValue(words: readonly number[], register: Scaled, wordOrder: WordOrder): number {
  return scaled(signed(joined(words, register.type, wordOrder), register.type), register.scale);
}

/**
 * A canonical value to registers, as unsigned 16-bit words in wire order. Rounds to the nearest register value, halves
 * away from zero. Throws RangeError for what the register cannot hold: a target that wraps would be a move elsewhere.
 */
export function encodeValue(value: number, register: Scaled, wordOrder: WordOrder): readonly number[] {
  const problem = valueProblem(value, register);
  if (problem !== null) throw new RangeError(problem);
  return split(unscaled(value, register.scale), register.type, wordOrder);
}

/** Why the register cannot hold the value, as a sentence; null when it can. */
export function valueProblem(value: number, { type, scale }: Scaled): string | null {
  const raw = unscaled(value, scale);
  const [least, greatest] = ranges[type];
  if (raw >= least && raw <= greatest) return null;
  return `${value} does not fit a ${type} register that holds ${scaled(least, scale)} to ${scaled(greatest, scale)}`;
}

function joined(words: readonly number[], type: RegisterType, wordOrder: WordOrder): number {
  const count = wordsOf(type);
  if (words.length !== count) throw new RangeError(`a ${type} takes ${count} registers, not ${words.length}`);
  const [first = 0, second = 0] = words;
  if (count === 1) return first;
  return wordOrder === 'high-first' ? first * WORD + second : second * WORD + first;
}

function split(raw: number, type: RegisterType, wordOrder: WordOrder): readonly number[] {
  const low = raw & 0xffff;
  if (wordsOf(type) === 1) return [low];
  const high = Math.floor(raw / WORD) & 0xffff;
  return wordOrder === 'high-first' ? [high, low] : [low, high];
}

function signed(unsigned: number, type: RegisterType): number {
  const [least, greatest] = ranges[type];
  return unsigned > greatest ? unsigned + 2 * least : unsigned;
}

/** 1 / scale where that is a whole number: 314 / 10 is 31.4, but 314 x 0.1 is 31.400000000000002. */
function wholeInverse(scale: number): number | null {
  const inverse = Math.round(1 / scale);
  return scale < 1 && Math.abs(inverse * scale - 1) < 1e-12 ? inverse : null;
}

function scaled(raw: number, scale: number): number {
  const inverse = wholeInverse(scale);
  return inverse === null ? raw * scale : raw / inverse;
}

function unscaled(value: number, scale: number): number {
  const inverse = wholeInverse(scale);
  const exact = inverse === null ? value / scale : value * inverse;
  // `+ 0` turns -0 into 0
  return Math.sign(exact) * Math.round(Math.abs(exact)) + 0;
}
