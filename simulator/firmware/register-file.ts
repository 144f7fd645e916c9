import {
  type ChannelName,
  decodeValue,
  encodeValue,
  type Profile,
  type SignalName,
  wordsOf,
} from '../../drivers/profile/index.ts';
import { fitted } from './fitted-value.ts';
import {
  type CommandBlock,
  type Entry,
  isReadable,
  isWritable,
  type Place,
  type Table,
  tableOf,
} from './register-table.ts';

/** Modbus exception codes that a drive answers with. */
export const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
export const ILLEGAL_VALUE = 3;
export const SERVER_FAILURE = 4;
export const BUSY = 6;
export const CRC_ERROR = 8;

export interface SignalWrite extends Place {
  readonly value: number;
}

/** Words as they came, and with which function. */
export interface WordWrite {
  readonly functionCode: number;
  readonly address: number;
  readonly words: readonly number[];
}

export interface Refusal {
  readonly exception: number;
  /**
   * `unmapped`: no such place, or not in this direction; `count`: more than the drive takes, or not the whole of a command
   * block; `cut`: a part of a value; `function`: a function that it does not know; `rejected`: it will not, now or ever.
   */
  readonly why: 'unmapped' | 'count' | 'cut' | 'function' | 'rejected';
}

export type ReadOutcome = { readonly words: Uint16Array } | Refusal;
export type DecodedWrite = { readonly writes: readonly SignalWrite[] } | Refusal;
type ValueOf = (signal: SignalName, channel: ChannelName | null) => number;

/** A profile's table seen from the drive: addresses to signals. */
export interface RegisterFile {
  /**
   * Words from `address` on; a part of a 32-bit value may be read, as real drives allow, and holes as long as the profile
   * says that they may be read along, as 0. A command block is read whole.
   */
  read(block: Block, valueOf: ValueOf): ReadOutcome;
  /** Only whole values and whole command blocks may be written, and only where the table says so. */
  decodeWrite(address: number, words: readonly number[]): DecodedWrite;
  /** What a read of so many words shows. */
  signalsIn(block: Block): readonly SignalName[];
}

export interface Block {
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly count: number;
}

const unmapped: Refusal = { exception: ILLEGAL_ADDRESS, why: 'unmapped' };
const wrongCount: Refusal = { exception: ILLEGAL_VALUE, why: 'count' };
const cut: Refusal = { exception: ILLEGAL_VALUE, why: 'cut' };

export function createRegisterFile(profile: Profile): RegisterFile {
  return new TableFile(profile);
}

class TableFile implements RegisterFile {
  readonly #profile: Profile;
  readonly #tables: Readonly<Record<Block['table'], Table>>;

  constructor(profile: Profile) {
    this.#profile = profile;
    this.#tables = { holding: tableOf(profile, 'holding'), input: tableOf(profile, 'input') };
  }

  read(block: Block, valueOf: ValueOf): ReadOutcome {
    if (block.count > this.#profile.limits.maxReadRegisters) return wrongCount;
    const { cells, blocks } = this.#tables[block.table];
    const commands = blocks.get(block.address);
    // a read that begins in a hole asks for nothing that is there
    if (cells.get(block.address)?.entries.length === 0) return unmapped;
    if (commands === undefined) return this.#readWords(cells, block, valueOf);
    const whole = commands.find(({ words, entries }) => words === block.count && entries.some(isReadable));
    if (whole !== undefined) return this.#readBlock(whole, valueOf);
    if (cells.has(block.address)) return this.#readWords(cells, block, valueOf);
    return commands.some(({ entries }) => entries.some(isReadable)) ? wrongCount : unmapped;
  }

  decodeWrite(address: number, words: readonly number[]): DecodedWrite {
    if (words.length > this.#profile.limits.maxWriteRegisters) return wrongCount;
    const { cells, blocks } = this.#tables.holding;
    const commands = blocks.get(address);
    if (commands === undefined) return this.#decodeWords(cells, address, words);
    const whole = commands.find((block) => block.words === words.length && block.entries.some(isWritable));
    if (whole !== undefined) return { writes: this.#decodeBlock(whole, words) };
    if (cells.has(address)) return this.#decodeWords(cells, address, words);
    return commands.some(({ entries }) => entries.some(isWritable)) ? wrongCount : unmapped;
  }

  signalsIn({ table, address, count }: Block): readonly SignalName[] {
    const { cells, blocks } = this.#tables[table];
    const whole = blocks.get(address)?.find(({ words }) => words === count);
    const entries =
      whole?.entries ?? Array.from({ length: count }, (_, index) => cells.get(address + index)?.entries ?? []).flat();
    return [...new Set(entries.map(({ signal }) => signal))];
  }

  #readWords(cells: Table['cells'], { address, count }: Block, valueOf: ValueOf): ReadOutcome {
    const words = new Uint16Array(count);
    for (let index = 0; index < count; index++) {
      const cell = cells.get(address + index);
      if (cell === undefined || !cell.isReadable) return unmapped;
      for (const entry of cell.entries) {
        const encoded = this.#encode(entry, valueOf);
        words[index] = (words[index] ?? 0) | (encoded[cell.word] ?? 0);
        // the other words of a value come from the same instant as its first
        for (let word = cell.word + 1; word < encoded.length && index + 1 < count; word++)
          words[++index] = encoded[word] ?? 0;
      }
    }
    return { words };
  }

  #readBlock(block: CommandBlock, valueOf: ValueOf): ReadOutcome {
    const words = new Uint16Array(block.words);
    for (const entry of block.entries.filter(isReadable)) {
      const at = entry.register.block?.at ?? 0;
      for (const [index, word] of this.#encode(entry, valueOf).entries())
        words[at + index] = (words[at + index] ?? 0) | word;
    }
    return { words };
  }

  #decodeWords(cells: Table['cells'], address: number, words: readonly number[]): DecodedWrite {
    const writes: SignalWrite[] = [];
    for (let index = 0; index < words.length;) {
      const cell = cells.get(address + index);
      const [first] = cell?.entries ?? [];
      if (cell === undefined || first === undefined || !cell.entries.some(isWritable)) return unmapped;
      const part = words.slice(index, index + wordsOf(first.register.type));
      if (cell.word !== 0 || part.length < wordsOf(first.register.type)) return cut;
      for (const entry of cell.entries.filter(isWritable)) writes.push(this.#decode(entry, part));
      index += part.length;
    }
    return { writes };
  }

  #decodeBlock({ entries }: CommandBlock, words: readonly number[]): readonly SignalWrite[] {
    return entries.filter(isWritable).map((entry) => {
      const at = entry.register.block?.at ?? 0;
      return this.#decode(entry, words.slice(at, at + wordsOf(entry.register.type)));
    });
  }

  #decode({ signal, channel, register }: Entry, words: readonly number[]): SignalWrite {
    return { signal, channel, register, value: decodeValue(words, register, this.#profile.wordOrder) };
  }

  #encode(entry: Entry, valueOf: ValueOf): readonly number[] {
    const value = valueOf(entry.signal, entry.channel);
    if (value !== entry.value) {
      const { wordOrder } = this.#profile;
      entry.words = encodeValue(fitted(value, entry.register, wordOrder), entry.register, wordOrder);
      entry.value = value;
    }
    return entry.words;
  }
}
