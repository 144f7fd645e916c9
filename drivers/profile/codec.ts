import type { Profile } from './profile.ts';
import type { Register, RegisterType } from './register.ts';

/** Registers that make one value together: which comes first on the wire. */
type WordOrder = Profile['wordOrder'];

type Scaled = Pick<Register, 'type' | 'scale' | 'inverse'>;
/** What a value that goes to the drive must fit. */
type Held = Scaled & Pick<Register, 'range'>;

const WORD = 0x1_0000;
const BYTE = 0x100;

/** Words, least and greatest register value. */
const types = {
  u16: { words: 1, range: [0, 0xffff] },
  i16: { words: 1, range: [-0x8000, 0x7fff] },
  u32: { words: 2, range: [0, 0xffff_ffff] },
  i32: { words: 2, range: [-0x8000_0000, 0x7fff_ffff] },
  i48: { words: 3, range: [-0x8000_0000_0000, 0x7fff_ffff_ffff] },
  'u8-high': { words: 1, range: [0, 0xff] },
  'u8-low': { words: 1, range: [0, 0xff] },
  none: { words: 0, range: [0, 0] },
} as const satisfies Record<RegisterType, { words: 0 | 1 | 2 | 3; range: readonly [number, number] }>;

/** How many 16-bit registers a type takes. */
export function wordsOf(type: RegisterType): 0 | 1 | 2 | 3 {
  return types[type].words;
}

/** Registers, as unsigned 16-bit words in wire order, to the canonical value. */
export function decodeValue(words: readonly number[], register: Scaled, wordOrder: WordOrder): number {
  return canonical(signed(joined(words, register.type, wordOrder), register.type), register);
}

/**
 * A canonical value to registers, as unsigned 16-bit words in wire order. Rounds to the nearest register value, halves
 * away from zero. Throws RangeError for what the register cannot hold: a target that wraps would be a move elsewhere.
 */
export function encodeValue(value: number, register: Scaled, wordOrder: WordOrder): readonly number[] {
  const problem = valueProblem(value, register);
  if (problem !== null) throw new RangeError(problem);
  return split(rounded(rawOf(value, register)), register.type, wordOrder);
}

/** Why the register cannot hold the value, as a sentence; null when it can. */
export function valueProblem(value: number, register: Scaled): string | null {
  if (holds(rounded(rawOf(value, register)), register)) return null;
  const [least, greatest] = registerRange(register);
  return `${value} does not fit a ${register.type} register that holds ${least} to ${greatest}`;
}

/** The least and the greatest canonical value that the register can hold. */
export function registerRange(register: Scaled): readonly [least: number, greatest: number] {
  const ends = rawRange(register).map((raw) => canonical(raw, register));
  return [Math.min(...ends), Math.max(...ends)];
}

/** Why the drive would not take the value, as a sentence; null where the profile knows no reason. */
export function rangeProblem(value: number, { range }: Pick<Register, 'range'>): string | null {
  if (range === undefined) return null;
  const [least, greatest] = range;
  const slack = ROUNDING_SLACK * Math.abs(value);
  if (value >= least - slack && value <= greatest + slack) return null;
  return `${value} is not among what the drive takes, ${least} to ${greatest}`;
}

/** The nearest canonical value that the register can hold and the drive takes; null where it lies outside. */
export function nearestValue(value: number, register: Held): number | null {
  return taken(rounded(rawOf(value, register)), register);
}

/** 99.9999999 steps are 100: binary fractions must not cost a step, nor a value the edge of its range. */
const ROUNDING_SLACK = 1e-9;

/**
 * The greatest canonical value that is not above `magnitude`, but at least one step: a limit is never exceeded by
 * rounding. Null where the register cannot hold it or the drive does not take it.
 */
export function valueBelow(magnitude: number, register: Held): number | null {
  const { inverse, scale } = register;
  const steps =
    inverse === undefined
      ? Math.max(1, Math.floor((magnitude / scale) * (1 + ROUNDING_SLACK)))
      : Math.max(1, Math.ceil((scale / magnitude) * (1 - ROUNDING_SLACK)));
  return taken(inverse?.from === undefined ? steps : inverse.from - steps, register);
}

function taken(raw: number, register: Held): number | null {
  if (!holds(raw, register)) return null;
  const value = canonical(raw, register);
  return rangeProblem(value, register) === null ? value : null;
}

const holds = (raw: number, register: Scaled): boolean => {
  const [least, greatest] = rawRange(register);
  return raw >= least && raw <= greatest;
};

/** What counts down from a number ends one before it: there the time would be 0. */
function rawRange({ type, inverse }: Scaled): readonly [least: number, greatest: number] {
  const [least, greatest] = types[type].range;
  return [least, inverse?.from === undefined ? greatest : Math.min(greatest, inverse.from - 1)];
}

function joined(words: readonly number[], type: RegisterType, wordOrder: WordOrder): number {
  const count = wordsOf(type);
  if (words.length !== count) throw new RangeError(`a ${type} takes ${count} registers, not ${words.length}`);
  const highFirst = wordOrder === 'high-first' ? words : words.toReversed();
  const value = highFirst.reduce((sum, word) => sum * WORD + word, 0);
  if (type === 'u8-high') return Math.floor(value / BYTE);
  return type === 'u8-low' ? value % BYTE : value;
}

function split(raw: number, type: RegisterType, wordOrder: WordOrder): readonly number[] {
  if (type === 'u8-high') return [raw * BYTE];
  const words: number[] = [];
  for (let rest = raw; words.length < wordsOf(type); rest = Math.floor(rest / WORD)) {
    words.unshift(((rest % WORD) + WORD) % WORD);
  }
  return wordOrder === 'high-first' ? words : words.toReversed();
}

function signed(unsigned: number, type: RegisterType): number {
  const [least, greatest] = types[type].range;
  return unsigned > greatest ? unsigned + 2 * least : unsigned;
}

/** 1 / scale where that is a whole number: 314 / 10 is 31.4, but 314 x 0.1 is 31.400000000000002. */
function wholeInverse(scale: number): number | null {
  const inverse = Math.round(1 / scale);
  return scale < 1 && Math.abs(inverse * scale - 1) < 1e-12 ? inverse : null;
}

function canonical(raw: number, { scale, inverse }: Scaled): number {
  // a ramp time of 0 is an acceleration without bounds
  if (inverse !== undefined) return scale / (inverse.from === undefined ? raw : inverse.from - raw);
  const whole = wholeInverse(scale);
  return whole === null ? raw * scale : raw / whole;
}

/** The register value, not yet rounded. */
function rawOf(value: number, { scale, inverse }: Scaled): number {
  if (inverse !== undefined) return inverse.from === undefined ? scale / value : inverse.from - scale / value;
  const whole = wholeInverse(scale);
  return whole === null ? value / scale : value * whole;
}

function rounded(exact: number): number {
  // `+ 0` turns -0 into 0
  return Math.sign(exact) * Math.round(Math.abs(exact)) + 0;
}
