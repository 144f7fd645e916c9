import { DriverError } from '../base/index.ts';
import { encodeValue, rangeProblem, valueProblem, wordsOf } from './codec.ts';
import type { Profile } from './profile.ts';
import type { Register } from './register.ts';
import { signalEntries } from './signal-entries.ts';
import type { SignalName, Signals } from './signal-name.ts';

/** One write frame: neighbouring registers side by side, or one command block whole. */
export interface WriteBlock {
  readonly address: number;
  /** Unsigned 16-bit words in wire order. */
  readonly words: readonly number[];
  readonly signals: readonly SignalName[];
  readonly functionCode: 6 | 16;
}

interface Encoded {
  readonly signal: SignalName;
  readonly register: Register;
  readonly words: readonly number[];
}

/**
 * The fewest frames that write `values`: neighbours together, no register that was not named, no 32-bit value cut, a
 * command block whole. Throws DriverError UNSUPPORTED for a signal that cannot be written, for a value that its register
 * cannot hold, and for a register or block of which only a part is named.
 */
export function planWrites(profile: Profile, values: Signals): readonly WriteBlock[] {
  const encoded = signalEntries(values)
    .map(([signal, value]) => encode(profile, signal, value))
    .toSorted((a, b) => a.register.address - b.register.address);
  const places = encoded.filter(({ register }) => wholeOf(register) === null);
  const wholes = new Map<string, Encoded[]>();
  for (const part of encoded) {
    const whole = wholeOf(part.register);
    if (whole !== null) wholes.set(whole, [...(wholes.get(whole) ?? []), part]);
  }
  const frames = [
    ...neighbours(profile, places),
    ...[...wholes].map(([whole, parts]) => together(profile, whole, parts)),
  ];
  return frames.map((frame) => ({
    ...frame,
    functionCode: frame.words.length === 1 ? profile.singleWrites : 16,
  }));
}

type Frame = Omit<WriteBlock, 'functionCode'>;

function neighbours(profile: Profile, places: readonly Encoded[]): readonly Frame[] {
  const frames: Frame[] = [];
  for (const next of places) {
    const last = frames.at(-1);
    if (last !== undefined && continues(last, next, profile.limits.maxWriteRegisters)) {
      frames[frames.length - 1] = joined(last, next);
    } else {
      frames.push({ address: next.register.address, words: next.words, signals: [next.signal] });
    }
  }
  return frames;
}

/** What several registers can be written only as a part of: a command block, or the one register of two bytes. */
function wholeOf({ address, block, type }: Register): string | null {
  if (block !== undefined) return `block ${address} ${block.words}`;
  return type.startsWith('u8') ? `bytes ${address}` : null;
}

/** Every part must be named: the words of the others would be an invention. */
function together(profile: Profile, whole: string, parts: readonly Encoded[]): Frame {
  const { address, block } = (parts[0] as Encoded).register;
  const signals = parts.map(({ signal }) => signal);
  const missing = signalEntries(profile.registers)
    .filter(([signal, other]) => wholeOf(other) === whole && other.access !== 'read' && !signals.includes(signal))
    .map(([signal]) => signal);
  if (missing.length > 0) {
    const detail = `${signals.join(', ')} can be written only together with ${missing.join(', ')}`;
    throw new DriverError('UNSUPPORTED', detail);
  }
  const words = Array.from({ length: block?.words ?? 1 }, () => 0);
  for (const part of parts) {
    for (const [index, word] of part.words.entries()) {
      const at = (part.register.block?.at ?? 0) + index;
      // two bytes share a word
      words[at] = (words[at] ?? 0) | word;
    }
  }
  return { address, words, signals };
}

function encode(profile: Profile, signal: SignalName, value: number): Encoded {
  const register = profile.registers[signal];
  if (register === undefined || register.access === 'read') {
    throw new DriverError('UNSUPPORTED', `${profile.id} has no writable register for ${signal}`);
  }
  const problem = valueProblem(value, register) ?? rangeProblem(value, register);
  if (problem !== null) throw new DriverError('UNSUPPORTED', `${signal}: ${problem}`);
  return { signal, register, words: encodeValue(value, register, profile.wordOrder) };
}

function continues(frame: Frame, next: Encoded, maxWords: number): boolean {
  const isNeighbour = frame.address + frame.words.length === next.register.address;
  return isNeighbour && frame.words.length + wordsOf(next.register.type) <= maxWords;
}

function joined(frame: Frame, next: Encoded): Frame {
  return {
    address: frame.address,
    words: [...frame.words, ...next.words],
    signals: [...frame.signals, next.signal],
  };
}
