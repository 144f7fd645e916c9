import { type ChannelName, type Profile, type SignalName, signalEntries } from '../../drivers/profile/index.ts';

/** What stands in a drive's registers, and what of it survives the power. */
export interface Memory {
  value(signal: SignalName, channel: ChannelName | null): number;
  set(signal: SignalName, value: number, channel: ChannelName | null): void;
  /** The present values, of every channel, go to memory cells; one cell worn for each. */
  save(signals: readonly SignalName[]): void;
  /** How often a cell was written. */
  wear(): number;
  /** Forgets what was not saved. */
  powerUp(): void;
}

/** @param own what this one drive has from the factory, and no other */
export function createMemory(profile: Profile, own: Readonly<Partial<Record<SignalName, number>>>): Memory {
  const values = new Map<SignalName, Map<ChannelName | null, number>>();
  const saved = new Map<SignalName, ReadonlyMap<ChannelName | null, number>>();
  let boots = 0;
  let wear = 0;

  function set(signal: SignalName, value: number, channel: ChannelName | null): void {
    const places = values.get(signal) ?? new Map<ChannelName | null, number>();
    values.set(signal, places.set(channel, value));
  }
  return {
    value(signal, channel) {
      const places = values.get(signal);
      return places?.get(channel) ?? (channel === null ? 0 : (places?.get(null) ?? 0));
    },
    set,
    save(signals) {
      for (const signal of signals) {
        saved.set(signal, new Map(values.get(signal)));
        wear += 1;
      }
    },
    wear: () => wear,
    powerUp() {
      boots += 1;
      values.clear();
      // what a profile says of a signal holds for every channel that has it
      for (const [signal, value] of signalEntries({ ...profile.resetValues, ...own })) set(signal, value, null);
      set('bootCounter', boots, null);
      for (const [signal, places] of saved) values.set(signal, new Map(places));
    },
  };
}
