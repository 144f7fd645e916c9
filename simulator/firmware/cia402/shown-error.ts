import type { Core } from './core.ts';

/** Kinco's object 2601h: a bit for each kind of fault instead of a number after 603Fh. */
const BITS: Readonly<Record<number, number>> = {
  0x7305: 1 << 3,
  0x4310: 1 << 4,
  0x3210: 1 << 5,
  0x3220: 1 << 6,
  0x2310: 1 << 7,
  0x8611: 1 << 9,
  // a blocked motor shows as overload
  0x7121: 1 << 11,
};
/** "Extended error": whatever has no bit of its own. */
const OTHER_BIT = 1;

/** What the error register says of the fault at hand. */
export function shownError({ errorCode, profile }: Core): number {
  if (profile.cia402?.errorCodes !== 'bits' || errorCode === 0) return errorCode;
  return BITS[errorCode] ?? OTHER_BIT;
}
