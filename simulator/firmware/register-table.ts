import {
  type ChannelName,
  type Profile,
  type Register,
  type SignalName,
  signalEntries,
  wordsOf,
} from '../../drivers/profile/index.ts';

/** A register and what it means. */
export interface Place {
  readonly signal: SignalName;
  /** Whose it is, of two axes in one unit; null for both, or the only one. */
  readonly channel: ChannelName | null;
  readonly register: Register;
}

/** A value of the table. */
export interface Entry extends Place {
  /** What was encoded last: most values are read again and again before they change. */
  value: number;
  words: readonly number[];
}

/** A word of the table: the value it belongs to, or two that are its bytes, and the how-manieth word of it. */
interface Cell {
  readonly entries: Entry[];
  isReadable: boolean;
  readonly word: number;
}

/** A command block: its values at their words; several of one length may not lie on one address. */
export interface CommandBlock {
  readonly words: number;
  readonly entries: Entry[];
}

/** What one function reads and writes: words, and command blocks by their address. */
export interface Table {
  readonly cells: ReadonlyMap<number, Cell>;
  readonly blocks: ReadonlyMap<number, readonly CommandBlock[]>;
}

export const isWritable = ({ register }: Place): boolean => register.access !== 'read';
export const isReadable = ({ register }: Place): boolean => register.access !== 'write';

export function tableOf(profile: Profile, table: 'holding' | 'input'): Table {
  const cells = new Map<number, Cell>();
  const blocks = new Map<number, CommandBlock[]>();
  for (const place of placesOf(profile)) {
    const { register } = place;
    if (register.table !== table && register.table !== 'either') continue;
    if (register.block === undefined) addCells(cells, place);
    else addToBlock(blocks, place);
  }
  addHoles(cells, profile.limits.maxMergeGap);
  return { cells, blocks };
}

/** Behind each value, as many words as the profile says may be read along: they show 0. */
function addHoles(cells: Map<number, Cell>, longest: number): void {
  const mapped = [...cells.keys()];
  for (const address of mapped)
    for (let hole = address + 1; hole <= address + longest && !cells.has(hole); hole++)
      cells.set(hole, { entries: [], word: 0, isReadable: true });
}

function placesOf(profile: Profile): readonly Place[] {
  const { left, right } = profile.channels ?? {};
  return [
    ...placesIn(profile.registers, null),
    ...placesIn(left?.registers ?? {}, 'left'),
    ...placesIn(right?.registers ?? {}, 'right'),
  ];
}

const placesIn = (registers: Profile['registers'], channel: ChannelName | null): readonly Place[] =>
  signalEntries(registers).map(([signal, register]) => ({ signal, channel, register }));

const entryOf = (place: Place): Entry => ({ ...place, value: Number.NaN, words: [] });

function addCells(cells: Map<number, Cell>, place: Place): void {
  const { address, type } = place.register;
  const neighbour = cells.get(address);
  if (neighbour === undefined) {
    for (let word = 0; word < wordsOf(type); word++)
      cells.set(address + word, { entries: [entryOf(place)], word, isReadable: isReadable(place) });
    return;
  }
  neighbour.entries.push(entryOf(place));
  neighbour.isReadable ||= isReadable(place);
}

function addToBlock(blocks: Map<number, CommandBlock[]>, place: Place): void {
  const { address, block } = place.register;
  const words = block?.words ?? 0;
  const known = blocks.get(address) ?? [];
  const own = known.find((other) => other.words === words) ?? { words, entries: [] };
  own.entries.push(entryOf(place));
  blocks.set(address, [...known.filter((other) => other !== own), own]);
}
