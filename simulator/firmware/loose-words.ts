import {
  decodeValue,
  encodeValue,
  type Register,
  type SignalName,
  signalEntries,
  wordsOf,
} from '../../drivers/profile/index.ts';
import type { Machine } from './behaviour.ts';
import { fitted } from './fitted-value.ts';
import type { SignalWrite, WordWrite } from './register-file.ts';

/** Where a word of the table stands. */
interface Cell {
  readonly signal: SignalName;
  readonly register: Register;
  readonly word: number;
}

export interface LooseParts {
  readonly machine: Machine;
  /** Addresses that the drive has, named or not. */
  readonly has: (address: number) => boolean;
  /** What a register shows to a reader. */
  readonly shown: (signal: SignalName) => number;
  /** Words that have no name and are not 0 after power-up. */
  readonly reset?: Readonly<Record<number, number>>;
  /** A word without a name was written. */
  readonly written?: (address: number, word: number) => void;
}

const READ = 3;

/**
 * Words of a drive that has more registers than its profile names, and that takes each word by itself: one half of a
 * 32-bit value, a read across registers of no use to us. What the table names keeps its meaning.
 */
export class LooseWords {
  readonly #parts: LooseParts;
  readonly #cells: ReadonlyMap<number, Cell>;
  readonly #words: Map<number, number>;

  constructor(parts: LooseParts) {
    this.#parts = parts;
    this.#cells = cellsOf(signalEntries(parts.machine.profile.registers));
    this.#words = new Map(Object.entries(parts.reset ?? {}).map(([address, value]) => [Number(address), value]));
  }

  /** The word at an address as the drive shows it, named or not. */
  word(address: number): number {
    const cell = this.#cells.get(address);
    if (cell === undefined) return this.#words.get(address) ?? 0;
    return this.#encoded(cell.register, this.#parts.shown(cell.signal))[cell.word] ?? 0;
  }

  /** The answer (unit and PDU) to a function 3 that the table alone cannot answer; null for any other frame. */
  answer(body: Uint8Array): Uint8Array | null {
    const [address, count] = [wordAt(body, 2), wordAt(body, 4)];
    const { maxReadRegisters } = this.#parts.machine.profile.limits;
    if (body[1] !== READ || count < 1 || count > maxReadRegisters) return null;
    if (!this.#isLoose(address, count, ({ access }) => access !== 'write')) return null;
    const answer = Uint8Array.of(body[0] ?? 0, READ, 2 * count, ...Array.from({ length: 2 * count }, () => 0));
    for (let index = 0; index < count; index++) {
      const value = this.word(address + index);
      answer.set([value >>> 8, value & 0xff], 3 + 2 * index);
    }
    return answer;
  }

  /** A write that the table alone cannot take: its named values; the other words stand at once. Undefined for any other. */
  decode({ address, words }: WordWrite): { readonly writes: readonly SignalWrite[] } | undefined {
    if (!this.#isLoose(address, words.length, ({ access }) => access !== 'read')) return undefined;
    const named = new Map<SignalName, { readonly register: Register; readonly words: number[] }>();
    for (const [index, word] of words.entries()) {
      const cell = this.#cells.get(address + index);
      if (cell === undefined) this.#stand(address + index, word);
      else if (cell.register.access !== 'read') {
        const whole = named.get(cell.signal)?.words ?? [...this.#stored(cell)];
        whole[cell.word] = word;
        named.set(cell.signal, { register: cell.register, words: whole });
      }
    }
    const { wordOrder } = this.#parts.machine.profile;
    const writes = [...named].map(([signal, { register, words: whole }]) => ({
      signal,
      register,
      channel: null,
      value: decodeValue(whole, register, wordOrder),
    }));
    return { writes };
  }

  #stand(address: number, word: number): void {
    this.#words.set(address, word);
    this.#parts.written?.(address, word);
  }

  #stored({ signal, register }: Cell): readonly number[] {
    return this.#encoded(register, this.#parts.machine.value(signal));
  }

  #encoded(register: Register, value: number): readonly number[] {
    const { wordOrder } = this.#parts.machine.profile;
    return encodeValue(fitted(value, register, wordOrder), register, wordOrder);
  }

  /** All of it is the drive's, and it is not a row of whole values that the table lets be read, or written. */
  #isLoose(address: number, count: number, may: (register: Register) => boolean): boolean {
    const all = Array.from({ length: count }, (_, index) => address + index);
    return all.every((at) => at <= 0xffff && this.#parts.has(at)) && !this.#isWhole(address, count, may);
  }

  #isWhole(address: number, count: number, may: (register: Register) => boolean): boolean {
    const end = address + count;
    let at = address;
    while (at < end) {
      const cell = this.#cells.get(at);
      if (cell === undefined || cell.word !== 0 || !may(cell.register)) return false;
      at += wordsOf(cell.register.type);
    }
    return at === end;
  }
}

const wordAt = (body: Uint8Array, at: number): number => ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0);

function cellsOf(entries: readonly (readonly [SignalName, Register])[]): ReadonlyMap<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const [signal, register] of entries) {
    for (let word = 0; word < wordsOf(register.type); word++) {
      if (!cells.has(register.address + word)) cells.set(register.address + word, { signal, register, word });
    }
  }
  return cells;
}
