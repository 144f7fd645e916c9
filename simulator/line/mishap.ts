import type { Random } from '../../drivers/base/index.ts';
import { SERVER_FAILURE } from '../firmware/index.ts';
import type { Framing } from '../framing/framing.ts';

/** What goes wrong on a line. */
export const mishapKinds = [
  'drop',
  'late',
  'corrupt',
  'truncate',
  'echo',
  'foreign',
  'exception',
  'noise',
  'unplug',
] as const;
export type MishapKind = (typeof mishapKinds)[number];

/** One rule: strikes with probability `rate`, or exactly the next `count` times; always when neither is said. */
export interface Mishap {
  readonly kind: MishapKind;
  readonly rate?: number | undefined;
  readonly count?: number | undefined;
  /** Only this unit; a broadcast counts for every unit of its own. */
  readonly unit?: number | undefined;
  readonly functionCode?: number | undefined;
  /** Which way the bytes go that are dropped, bent or cut; the answer unless told. */
  readonly way?: 'request' | 'answer' | undefined;
  /** late: how much, ms; unplug: for how long, until cleared when not said. */
  readonly ms?: number | undefined;
  /** exception: which code. */
  readonly code?: number | undefined;
  /** foreign: whose answer it pretends to be. */
  readonly fromUnit?: number | undefined;
  /** corrupt: how many bits; noise and truncate: how many bytes. */
  readonly amount?: number | undefined;
}

/** What is known of a transaction when fate decides. */
export interface Target {
  readonly unit: number;
  readonly functionCode: number;
  readonly way: 'request' | 'answer';
}

/** The rules of a line and how often each may still strike. */
export interface MishapSet {
  add(mishap: Mishap): void;
  clear(): void;
  isEmpty(): boolean;
  list(): readonly (Mishap & { readonly struck: number })[];
  /** The rules of the given kinds that strike this time. */
  strike(kinds: readonly MishapKind[], target: Target): readonly Mishap[];
}

export function createMishapSet(random: Random): MishapSet {
  let rules: { mishap: Mishap; struck: number }[] = [];

  function strikes(rule: { mishap: Mishap; struck: number }): boolean {
    const { rate, count } = rule.mishap;
    if (count !== undefined && rule.struck >= count) return false;
    if (rate !== undefined && random() >= rate) return false;
    rule.struck += 1;
    return true;
  }
  return {
    add: (mishap) => void rules.push({ mishap, struck: 0 }),
    clear: () => void (rules = []),
    isEmpty: () => rules.length === 0,
    list: () => rules.map(({ mishap, struck }) => ({ ...mishap, struck })),
    strike: (kinds, target) =>
      rules
        .filter(({ mishap }) => kinds.includes(mishap.kind) && concerns(mishap, target))
        .filter(strikes)
        .map(({ mishap }) => mishap),
  };
}

function concerns(mishap: Mishap, target: Target): boolean {
  return (
    (mishap.unit ?? target.unit) === target.unit &&
    (mishap.functionCode ?? target.functionCode) === target.functionCode &&
    (mishap.way ?? 'answer') === target.way
  );
}

export const exceptionCodeOf = (mishap: Mishap): number => mishap.code ?? SERVER_FAILURE;

const MOST_FLIPPED_BITS = 3;
const MOST_NOISE_BYTES = 5;

/** Chance, and what the bytes mean where they are bent with a purpose. */
interface Bender {
  readonly random: Random;
  readonly framing: Framing;
}

/** The kinds that bend bytes of a frame with CRC; each gives a new frame. */
const bends: Partial<Record<MishapKind, (frame: Uint8Array, mishap: Mishap, bender: Bender) => Uint8Array>> = {
  corrupt: (frame, { amount }, { random }) =>
    flipBits(frame, amount ?? 1 + Math.floor(random() * MOST_FLIPPED_BITS), random),
  truncate: (frame, { amount }, { random }) => frame.slice(0, amount ?? Math.floor(random() * frame.length)),
  noise: (frame, { amount }, { random }) =>
    joined(noise(amount ?? 1 + Math.floor(random() * MOST_NOISE_BYTES), random), frame),
  // the same answer with the neighbour's unit and a CRC that fits it
  foreign: (frame, { fromUnit }, { framing }) => framing.readdressed(frame, fromUnit),
};

export const bendingKinds: readonly MishapKind[] = mishapKinds.filter((kind) => bends[kind] !== undefined);

/** What becomes of a frame under a rule; the frame itself under a rule that bends no bytes. */
export function disturb(frame: Uint8Array, mishap: Mishap, bender: Bender): Uint8Array {
  return bends[mishap.kind]?.(frame, mishap, bender) ?? frame;
}

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Different bits, so that two flips never undo each other. */
function flipBits(frame: Uint8Array, bits: number, random: Random): Uint8Array {
  const bent = frame.slice();
  const flipped = new Set<number>();
  while (flipped.size < Math.min(bits, 8 * frame.length)) flipped.add(Math.floor(random() * 8 * frame.length));
  for (const bit of flipped) bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bent;
}

function noise(bytes: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
}
