import { DriverError } from '../base/index.ts';
import { channelNames, channelProfile } from './channel.ts';
import { decodeValue, wordsOf } from './codec.ts';
import type { ChannelName, Profile } from './profile.ts';
import type { Register } from './register.ts';
import { signalEntries } from './signal-entries.ts';
import type { SignalName, Signals } from './signal-name.ts';

/** What one more transaction and one more byte cost on the wire. */
export interface WireCost {
  readonly framing?: Profile['framing'] | undefined;
  readonly baudRate: number;
  /** Start bit, data, parity and stop bits: 10 to 12. */
  readonly bitsPerCharacter: number;
  /** Silence that comes with each transaction: the drive's turnaround and the gap before the next request. */
  readonly transactionMs: number;
}

interface Placed {
  readonly signal: SignalName;
  readonly register: Register;
}

/** One read: consecutive registers and where the wanted signals lie in them. */
export interface ReadBlock {
  readonly table: Register['table'];
  readonly address: number;
  readonly count: number;
  readonly wordOrder: Profile['wordOrder'];
  readonly signals: readonly Placed[];
}

/** The same of two axes in one unit: which signals of each lie in it. */
export type ChannelReadBlock = Readonly<Record<ChannelName, ReadBlock>>;

/** Bytes of a read: the request, what the answer has round its values, and one value in it. */
const framings = {
  rtu: { request: 8, answer: 5, value: 2 },
  dooya: { request: 8, answer: 7, value: 1 },
} as const satisfies Record<Profile['framing'], object>;

/** Wire time of one read of `count` registers in ms: request, silence, answer. */
export function readMs(count: number, wire: WireCost): number {
  const { request, answer, value } = framings[wire.framing ?? 'rtu'];
  const bytes = request + answer + value * count;
  return (bytes * wire.bitsPerCharacter * 1000) / wire.baudRate + wire.transactionMs;
}

/** The signals that a profile wants read with every fast, or every slow, poll. */
export function polledSignals(profile: Profile, poll: 'fast' | 'slow'): readonly SignalName[] {
  return placed(profile)
    .filter(({ register }) => register.poll === poll)
    .map(({ signal }) => signal);
}

/**
 * The cheapest set of reads, by wire time, that brings every one of `signals` exactly once. Registers that nobody asked
 * for are read along where that is cheaper than another transaction: mapped readable ones always, unmapped ones in runs
 * of at most `maxMergeGap`. A command block is read by itself and whole. Throws DriverError UNSUPPORTED for a signal that
 * cannot be read.
 */
export function planReads(profile: Profile, signals: readonly SignalName[], wire: WireCost): readonly ReadBlock[] {
  const wanted = [...new Set(signals)].map((signal) => readable(profile, signal));
  return [...merged(profile, wanted, wire), ...commandBlocks(profile, wanted)];
}

/** The same for signals of both axes of a unit at once; none of them in a command block. */
export function planChannelReads(
  unit: Profile,
  signals: Readonly<Record<ChannelName, readonly SignalName[]>>,
  wire: WireCost,
): readonly ChannelReadBlock[] {
  const places = { left: placesOf(unit, 'left', signals), right: placesOf(unit, 'right', signals) };
  return merged(unit, [...places.left, ...places.right], wire).map((block) => {
    const of = (own: readonly Placed[]): ReadBlock => ({
      ...block,
      signals: block.signals.filter((place) => own.includes(place)),
    });
    return { left: of(places.left), right: of(places.right) };
  });
}

function placesOf(
  unit: Profile,
  channel: ChannelName,
  signals: Readonly<Record<ChannelName, readonly SignalName[]>>,
): readonly Placed[] {
  const profile = channelProfile(unit, channel);
  return [...new Set(signals[channel])].map((signal) => readable(profile, signal));
}

function merged(profile: Profile, wanted: readonly Placed[], wire: WireCost): readonly ReadBlock[] {
  const places = wanted.filter(({ register }) => register.block === undefined);
  return (['holding', 'input', 'either'] as const).flatMap((table) =>
    cheapest(profile, places.filter(({ register }) => register.table === table).toSorted(byAddress), wire),
  );
}

function commandBlocks(profile: Profile, wanted: readonly Placed[]): readonly ReadBlock[] {
  const blocks = new Map<string, ReadBlock>();
  for (const one of wanted) {
    const { block, table, address } = one.register;
    if (block === undefined) continue;
    const key = `${table} ${address} ${block.words}`;
    const { signals } = blocks.get(key) ?? { signals: [] };
    const { wordOrder } = profile;
    blocks.set(key, { table, address, count: block.words, wordOrder, signals: [...signals, one] });
  }
  return [...blocks.values()];
}

/** The canonical values in the answer to a block. Throws RangeError when the number of words is not the block's. */
export function decodeBlock(block: ReadBlock, words: readonly number[]): Signals {
  if (words.length !== block.count) throw new RangeError(`${block.count} registers expected, ${words.length} given`);
  const values: Partial<Record<SignalName, number>> = {};
  for (const { signal, register } of block.signals) {
    const offset = register.block?.at ?? register.address - block.address;
    const own = words.slice(offset, offset + wordsOf(register.type));
    values[signal] = decodeValue(own, register, block.wordOrder);
  }
  return values;
}

const endOf = (register: Register): number => register.address + wordsOf(register.type);
const byAddress = (a: Placed, b: Placed): number => a.register.address - b.register.address;

function placed(profile: Profile): readonly Placed[] {
  return signalEntries(profile.registers).map(([signal, register]) => ({ signal, register }));
}

function readable(profile: Profile, signal: SignalName): Placed {
  const register = profile.registers[signal];
  if (register === undefined || register.access === 'write') {
    throw new DriverError('UNSUPPORTED', `${profile.id} has no readable register for ${signal}`);
  }
  return { signal, register };
}

/**
 * Shortest path: `best[i]` is the cheapest way to read the first i registers, its last read ending with register i - 1.
 * A read never begins or ends inside a value, so it never cuts a 32-bit value in two.
 */
function cheapest(profile: Profile, wanted: readonly Placed[], wire: WireCost): readonly ReadBlock[] {
  const holes = mappedWords(profile, wanted[0]?.register.table ?? 'holding');
  const best: { readonly costMs: number; readonly blocks: readonly ReadBlock[] }[] = [{ costMs: 0, blocks: [] }];
  for (let end = 1; end <= wanted.length; end++) {
    let least = { costMs: Infinity, blocks: [] as readonly ReadBlock[] };
    for (let start = end - 1; start >= 0; start--) {
      const part = wanted.slice(start, end);
      const before = best[start];
      if (before === undefined || !canMerge(part, profile.limits, holes)) break;
      const block = blockOf(part, profile.wordOrder);
      const costMs = before.costMs + readMs(block.count, wire);
      if (costMs < least.costMs) least = { costMs, blocks: [...before.blocks, block] };
    }
    best.push(least);
  }
  return best.at(-1)?.blocks ?? [];
}

type Mapped = Partial<Record<Register['table'], ReadonlySet<number>>>;

const mappedIn = new WeakMap<Profile, Mapped>();

/** It follows from the profile alone, and is asked with each plan. */
function mappedWords(profile: Profile, table: Register['table']): ReadonlySet<number> {
  const known = mappedIn.get(profile) ?? {};
  const words = known[table] ?? findMapped(profile, table);
  mappedIn.set(profile, { ...known, [table]: words });
  return words;
}

/** Of two axes in one unit the registers of both. */
function findMapped({ narrowed, ...profile }: Profile, table: Register['table']): ReadonlySet<number> {
  const unit = narrowed?.of ?? profile;
  const whole = [unit, ...channelNames(unit).map((channel) => channelProfile(unit, channel))];
  const mapped = whole
    .flatMap(placed)
    .filter(
      ({ register: { block, access, ...own } }) => block === undefined && own.table === table && access !== 'write',
    );
  return new Set(
    mapped.flatMap(({ register }) =>
      Array.from({ length: wordsOf(register.type) }, (_, offset) => register.address + offset),
    ),
  );
}

function canMerge(part: readonly Placed[], limits: Profile['limits'], mapped: ReadonlySet<number>): boolean {
  const { address, count } = extent(part);
  if (count > limits.maxReadRegisters) return false;
  let hole = 0;
  for (let word = address; word < address + count; word++) {
    hole = mapped.has(word) ? 0 : hole + 1;
    if (hole > limits.maxMergeGap) return false;
  }
  return true;
}

function extent(part: readonly Placed[]): { readonly address: number; readonly count: number } {
  const address = Math.min(...part.map(({ register }) => register.address));
  return { address, count: Math.max(...part.map(({ register }) => endOf(register))) - address };
}

function blockOf(part: readonly Placed[], wordOrder: Profile['wordOrder']): ReadBlock {
  const table = part[0]?.register.table ?? 'holding';
  return { table, ...extent(part), wordOrder, signals: part };
}
