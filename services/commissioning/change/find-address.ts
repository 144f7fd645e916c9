import type { SerialSettings } from '../../contracts/index.ts';
import type { Address, PortDesk } from './port-desk.ts';

/** With which of these settings somebody answers at the unit; null when with none. */
export async function findAddress(
  desk: PortDesk,
  unit: number,
  serials: readonly SerialSettings[],
): Promise<Address | null> {
  for (const serial of serials) {
    const address = { unit, serial };
    if ((await desk.look(address)).kind !== 'nobody') return address;
  }
  return null;
}
