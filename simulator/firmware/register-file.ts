import {
  decodeValue,
  encodeValue,
  type Profile,
  type Register,
  type SignalName,
  wordsOf,
} from '../../drivers/profile/index.ts';

/** Modbus exception codes that a drive answers with. */
export const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
export const ILLEGAL_VALUE = 3;
export const SERVER_FAILURE = 4;
export const BUSY = 6;

/** A register and what it means, found by the address of its first word. */
interface Place {
  readonly signal: SignalName;
  readonly register: Register;
}

export interface SignalWrite {
  readonly signal: SignalName;
  readonly value: number;
}

export type ReadOutcome = { readonly words: Uint16Array } | { readonly exception: number };
export type DecodedWrite = { readonly writes: readonly SignalWrite[] } | { readonly exception: number };

/** A profile's table seen from the drive: addresses to signals. */
export interface RegisterFile {
  /** Words from `address` on; a part of a 32-bit value may be read, as real drives allow. */
  read(block: Block, valueOf: (signal: SignalName) => number): ReadOutcome;
  /** Only whole values may be written, and only where the table says so. */
  decodeWrite(address: number, words: readonly number[]): DecodedWrite;
}

export interface Block {
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly count: number;
}

/** A word of the table: which value, and the how-manieth word of it. */
interface Cell extends Place {
  readonly word: 0 | 1;
  /** What was encoded last: most values are read again and again before they change. */
  value: number;
  words: readonly number[];
}

const isPair = (type: Register['type']): boolean => wordsOf(type) === 2;

export function createRegisterFile(profile: Profile): RegisterFile {
  const tables = { holding: cellsOf(profile, 'holding'), input: cellsOf(profile, 'input') };
  const { wordOrder, limits } = profile;

  function encode(cell: Cell, valueOf: (signal: SignalName) => number): readonly number[] {
    const value = valueOf(cell.signal);
    if (value !== cell.value) {
      cell.words = encodeValue(wrapped(value, cell.register), cell.register, wordOrder);
      cell.value = value;
    }
    return cell.words;
  }

  return {
    read({ table, address, count }, valueOf) {
      if (count > limits.maxReadRegisters) return { exception: ILLEGAL_VALUE };
      const words = new Uint16Array(count);
      for (let index = 0; index < count; index++) {
        const cell = tables[table].get(address + index);
        if (cell === undefined || cell.register.access === 'write') return { exception: ILLEGAL_ADDRESS };
        const encoded = encode(cell, valueOf);
        words[index] = encoded[cell.word] ?? 0;
        // the second word of a value comes from the same instant as its first
        if (cell.word === 0 && encoded.length === 2 && index + 1 < count) words[++index] = encoded[1] ?? 0;
      }
      return { words };
    },
    decodeWrite(address, words) {
      if (words.length > limits.maxWriteRegisters) return { exception: ILLEGAL_VALUE };
      const writes: SignalWrite[] = [];
      for (let index = 0; index < words.length;) {
        const cell = tables.holding.get(address + index);
        if (cell === undefined || cell.register.access === 'read') return { exception: ILLEGAL_ADDRESS };
        const length = wordsOf(cell.register.type);
        const part = words.slice(index, index + length);
        if (cell.word !== 0 || part.length < length) return { exception: ILLEGAL_VALUE };
        writes.push({ signal: cell.signal, value: decodeValue(part, cell.register, wordOrder) });
        index += length;
      }
      return { writes };
    },
  };
}

function cellsOf(profile: Profile, table: Block['table']): ReadonlyMap<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const [name, register] of Object.entries(profile.registers)) {
    if (register.table !== table && register.table !== 'either') continue;
    const signal = name as SignalName;
    const fresh = { signal, register, value: Number.NaN, words: [] };
    cells.set(register.address, { ...fresh, word: 0 });
    if (isPair(register.type)) cells.set(register.address + 1, { ...fresh, word: 1 });
  }
  return cells;
}

/** Counters wrap in a drive; the codec refuses what does not fit. */
function wrapped(value: number, { type }: Register): number {
  if (type === 'i32') return value | 0;
  return type === 'u32' ? value >>> 0 : value;
}
