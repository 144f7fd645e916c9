import { DriverError } from '../base/index.ts';
import { encodeValue, valueProblem, wordsOf } from './codec.ts';
import type { Profile, Register, SignalName, Signals } from './profile.ts';
import { signalEntries } from './signal-entries.ts';

/** One write frame: neighbouring registers side by side. */
export interface WriteBlock {
  readonly address: number;
  /** Unsigned 16-bit words in wire order. */
  readonly words: readonly number[];
  readonly signals: readonly SignalName[];
}

interface Encoded {
  readonly signal: SignalName;
  readonly register: Register;
  readonly words: readonly number[];
}

/**
 * The fewest frames that write `values`: neighbours together, no register that was not named, no 32-bit value cut.
 * Throws DriverError UNSUPPORTED for a signal that cannot be written and for a value that its register cannot hold.
 */
export function planWrites(profile: Profile, values: Signals): readonly WriteBlock[] {
  const encoded = signalEntries(values)
    .map(([signal, value]) => encode(profile, signal, value))
    .toSorted((a, b) => a.register.address - b.register.address);
  const blocks: WriteBlock[] = [];
  for (const next of encoded) {
    const last = blocks.at(-1);
    if (last !== undefined && continues(last, next, profile.limits.maxWriteRegisters)) {
      blocks[blocks.length - 1] = joined(last, next);
    } else {
      blocks.push({ address: next.register.address, words: next.words, signals: [next.signal] });
    }
  }
  return blocks;
}

function encode(profile: Profile, signal: SignalName, value: number): Encoded {
  const register = profile.registers[signal];
  if (register === undefined || register.access === 'read') {
    throw new DriverError('UNSUPPORTED', `${profile.id} has no writable register for ${signal}`);
  }
  const problem = valueProblem(value, register);
  if (problem !== null) throw new DriverError('UNSUPPORTED', `${signal}: ${problem}`);
  return { signal, register, words: encodeValue(value, register, profile.wordOrder) };
}

function continues(block: WriteBlock, next: Encoded, maxWords: number): boolean {
  const isNeighbour = block.address + block.words.length === next.register.address;
  return isNeighbour && block.words.length + wordsOf(next.register.type) <= maxWords;
}

function joined(block: WriteBlock, next: Encoded): WriteBlock {
  return {
    address: block.address,
    words: [...block.words, ...next.words],
    signals: [...block.signals, next.signal],
  };
}
