import { SignalName } from './signal-name.ts';

const places = new Map(SignalName.options.map((signal, place) => [signal, place]));
const placeOf = (signal: SignalName): number => places.get(signal) ?? Infinity;

/** The entries of a record by signal, in the order of the vocabulary; absent ones are left out. */
export function signalEntries<Value>(
  record: Readonly<Partial<Record<SignalName, Value>>>,
): readonly (readonly [SignalName, Value])[] {
  // asked before every frame, mostly for a handful of values: the vocabulary is far longer
  const entries: (readonly [SignalName, Value])[] = [];
  for (const signal of Object.keys(record) as SignalName[]) {
    const value = record[signal];
    if (value !== undefined) entries.push([signal, value]);
  }
  return entries.length < 2 ? entries : entries.toSorted(([a], [b]) => placeOf(a) - placeOf(b));
}
