import { hex } from './contradiction.ts';
import type { Profile } from './profile.ts';

/** Both bytes of a Dooya address are 01 to FE: 00 is the group and FF stands for nothing. */
const FIRST_BYTE = 0x01;
const LAST_BYTE = 0xfe;

/** Why no drive of this model can have the address, as "found ..., expected ..."; null where one can. */
export function unitProblem({ id, units, framing }: Profile, unit: number): string | null {
  const named = (address: number): string => (units.greatest > 0xff ? hex(address) : String(address));
  if (unit < units.least || unit > units.greatest) {
    return `found unit ${named(unit)}, expected ${named(units.least)} to ${named(units.greatest)} (profile ${id})`;
  }
  const bytes = framing === 'dooya' ? [unit & 0xff, unit >> 8] : [];
  if (bytes.every((byte) => byte >= FIRST_BYTE && byte <= LAST_BYTE)) return null;
  return `found unit ${named(unit)}, expected both bytes of the address from 01 to FE (profile ${id})`;
}
