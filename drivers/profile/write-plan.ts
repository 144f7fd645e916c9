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
  const places: Encoded[] = [];
  const wholes = new Map<string, Encoded[]>();
  const encoded = signalEntries(values).map(([signal, value]) => encode(profile, signal, value));
  for (const part of encoded.toSorted((a, b) => a.register.address - b.register.address)) {
    const whole = wholeOf(part.register);
    if (whole === null) places.push(part);
    else wholes.set(whole, [...(wholes.get(whole) ?? []), part]);
  }
  const frames = neighbours(profile, places);
  for (const [whole, parts] of wholes) frames.push(together(profile, whole, parts));
  return frames.map(({ address, words, signals }) => ({
    address,
    words,
    signals,
    functionCode: words.length === 1 ? profile.singleWrites : 16,
  }));
}

/** A frame that still grows. */
interface Frame {
  readonly address: number;
  readonly words: number[];
  readonly signals: SignalName[];
}

/** It lies between the answer that a move is planned on and its parameters: no frame is copied for each register. */
function neighbours({ limits }: Profile, places: readonly Encoded[]): Frame[] {
  const frames: Frame[] = [];
  for (const next of places) {
    let frame = frames.at(-1);
    if (frame === undefined || !continues(frame, next, limits.maxWriteRegisters)) {
      frame = { address: next.register.address, words: [], signals: [] };
      frames.push(frame);
    }
    frame.words.push(...next.words);
    frame.signals.push(next.signal);
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
