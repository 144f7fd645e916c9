import type { Random } from '../../drivers/base/index.ts';

/** Of one draw, as far as its 32 bits go. */
const MOST_DIGITS = 8;

function hex(random: Random, digits: number): string {
  if (digits > MOST_DIGITS) return hex(random, MOST_DIGITS) + hex(random, digits - MOST_DIGITS);
  const drawn = Math.floor(random() * 16 ** digits);
  return drawn.toString(16).padStart(digits, '0');
}

/** RFC 9562, version 4. */
export function newCommandId(random: Random): string {
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${variant}${hex(random, 3)}-${hex(random, 12)}`;
}

export const newEpoch = (random: Random): string => hex(random, 16);
