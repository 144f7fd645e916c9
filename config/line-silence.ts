import { pollCost, POLLS_A_WATCHDOG, wireCostOf, type Profile } from '../drivers/profile/index.ts';
import type { LineConfig } from './site.ts';

/** An adapter that gathers bytes before it passes them on; USB ones do so for 16 ms unless they are told not to. */
const ADAPTER_MS = 20;

/**
 * How long a drive of a crowded line may hear nothing although all is well: a watchdog that knows of no other drives would
 * stop them whenever many are commanded at once. Three rounds of one read of each, through a slow adapter.
 */
export function silenceOn({ serial }: LineConfig, units: ReadonlyMap<number, Profile>): number {
  const roundMs = [...units.values()].reduce((sum, profile) => {
    const own = wireCostOf(profile);
    const { reads, ms } = pollCost(profile, 'fast', { ...own, baudRate: serial?.baudRate ?? own.baudRate });
    return sum + ms + reads.length * ADAPTER_MS;
  }, 0);
  return Math.ceil(POLLS_A_WATCHDOG * roundMs);
}
