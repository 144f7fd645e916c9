import type { Contradiction } from './contradiction.ts';
import type { Profile } from './profile.ts';
import type { SignalName } from './signal-name.ts';

/** What is said of keeping another address has the registers for it. */
export function commissioningFits(profile: Profile): readonly Contradiction[] {
  const { commissioning } = profile;
  if (commissioning === undefined) return [];
  const needed: readonly (readonly [key: string, signal: SignalName, isSaid: boolean])[] = [
    ['baudRates', 'baudRateCode', Object.keys(commissioning.baudRates).length > 0],
    ['save', 'saveCommand', commissioning.save !== undefined],
    ['lock', 'eepromLock', commissioning.lock !== undefined],
  ];
  return needed
    .filter(([, signal, isSaid]) => isSaid && (profile.registers[signal]?.access ?? 'read') === 'read')
    .map(([key, signal]) => ({
      path: ['commissioning', key],
      expected: `a writable register ${signal}, or no ${key}`,
    }));
}
