import { decodeValue, nearestValue, type Profile, type Register, wordsOf } from '../../drivers/profile/index.ts';

const WORD = 0x1_0000;

/** What a drive shows of a value that its register cannot hold: counters of two and more words wrap, others stay at their end. */
export function fitted(value: number, register: Register, wordOrder: Profile['wordOrder']): number {
  if (nearestValue(value, register) !== null) return value;
  const words = wordsOf(register.type);
  const [least, greatest] = endsOf(register, wordOrder);
  if (words === 1 || register.inverse !== undefined || !Number.isFinite(value))
    return Math.max(least, Math.min(greatest, value));
  const turn = WORD ** words * register.scale;
  return ((((value - least) % turn) + turn) % turn) + least;
}

/** Least and greatest finite canonical value that the register holds. */
function endsOf(register: Register, wordOrder: Profile['wordOrder']): readonly [number, number] {
  const rest = Array.from({ length: wordsOf(register.type) - 1 });
  const isSigned = register.type.startsWith('i');
  const highFirst = [
    [isSigned ? 0x8000 : 0, ...rest.map(() => 0)],
    [isSigned ? 0x7fff : 0xffff, ...rest.map(() => 0xffff)],
  ];
  // a time of 0 would be a ramp without bounds: the shortest one is 1
  if (register.inverse !== undefined) highFirst[0] = [...rest.map(() => 0), 1];
  const ends = highFirst.map((words) =>
    decodeValue(wordOrder === 'high-first' ? words : words.toReversed(), register, wordOrder),
  );
  return [Math.min(...ends), Math.max(...ends)];
}
