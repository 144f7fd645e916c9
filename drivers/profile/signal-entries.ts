import { SignalName } from './signal-name.ts';

/** The entries of a record by signal, in the order of the vocabulary; absent ones are left out. */
export function signalEntries<Value>(
  record: Readonly<Partial<Record<SignalName, Value>>>,
): readonly (readonly [SignalName, Value])[] {
  return SignalName.options.flatMap((signal) => {
    const value = record[signal];
    return value === undefined ? [] : [[signal, value] as const];
  });
}
