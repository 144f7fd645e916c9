import type { Machine } from '../behaviour.ts';
import type { LooseWords } from '../loose-words.ts';

/** A path of the table as the engine takes it, in counts, counts/s and counts/s^2. */
export interface Path {
  readonly number: number;
  readonly kind: 'position' | 'velocity' | 'homing' | 'none';
  /** INS: a newer trigger does not take over. */
  readonly isUninterruptible: boolean;
  readonly isRelative: boolean;
  readonly position: number;
  /** Signed. */
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
  readonly dwellMs: number;
}

const FIRST_PATH = 0x6200;
const WORDS = 8;
export const PATHS = 16;
/** Word 7 of a path is mirrored to the trigger. */
export const isSpecialWord = (address: number): boolean =>
  address >= FIRST_PATH && address < FIRST_PATH + PATHS * WORDS && address % WORDS === 7;

const kinds: Readonly<Record<number, Path['kind']>> = { 1: 'position', 2: 'velocity', 3: 'homing' };

const signed16 = (word: number): number => (word > 0x7fff ? word - 0x1_0000 : word);

/** A path out of its eight words, as they are written: the manual's layout, not the names of the profile. */
export function pathOf(number: number, words: LooseWords, machine: Pick<Machine, 'value'>): Path {
  const word = (offset: number): number => words.word(FIRST_PATH + number * WORDS + offset);
  const rpm = machine.value('pulsesPerRevolution') / 60;
  const ramp = (ms: number): number => (1000 * rpm) / (ms / 1000);
  return {
    number,
    kind: kinds[word(0) & 0x0f] ?? 'none',
    isUninterruptible: (word(0) & 0x10) !== 0,
    isRelative: (word(0) & 0x40) !== 0,
    position: (word(1) << 16) | word(2),
    velocity: signed16(word(3)) * rpm,
    acceleration: ramp(word(4)),
    deceleration: ramp(word(5)),
    dwellMs: word(6),
  };
}
