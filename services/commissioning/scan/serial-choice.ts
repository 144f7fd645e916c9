import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../../../drivers/profile/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';

const PARITIES = { none: 'N', even: 'E', odd: 'O' } as const;
const BY_LETTER = { N: 'none', E: 'even', O: 'odd' } as const;

/** `115200 8N1` */
export function serialName({ baudRate, parity, stopBits }: SerialSettings): string {
  return `${baudRate} 8${PARITIES[parity]}${stopBits}`;
}

/** From `115200`, `115200-8E1`, `115200 8e1`; null for anything else. */
export function parseSerial(text: string): SerialSettings | null {
  const found = /^(\d{3,8})(?:[- ,]8([NEO])([12]))?$/i.exec(text.trim());
  if (found === null) return null;
  const [, baud, letter = 'N', stop = '1'] = found;
  const parity = BY_LETTER[letter.toUpperCase() as keyof typeof BY_LETTER];
  return { baudRate: Number(baud), parity, stopBits: stop === '2' ? 2 : 1 };
}

export const sameSerial = (a: SerialSettings, b: SerialSettings): boolean => isDeepStrictEqual(plain(a), plain(b));

const plain = ({ baudRate, parity, stopBits }: SerialSettings): SerialSettings => ({ baudRate, parity, stopBits });

/** Every setting a profile names, its factory setting first. */
export function serialsOf({ serial: { candidates, ...factory } }: Profile): readonly SerialSettings[] {
  return [factory, ...candidates].map(plain);
}

/**
 * The settings that a drive of one of these profiles can have, most likely first: the factory setting of many before a
 * candidate of one, and of equals the faster, because it costs less time.
 */
export function likelySerials(profiles: readonly Profile[]): readonly SerialSettings[] {
  const ranked = new Map<string, { readonly serial: SerialSettings; weight: number }>();
  for (const profile of profiles) {
    for (const [place, serial] of serialsOf(profile).entries()) {
      const known = ranked.get(serialName(serial)) ?? { serial, weight: 0 };
      known.weight += 1 / (1 + place);
      ranked.set(serialName(serial), known);
    }
  }
  return [...ranked.values()]
    .toSorted((a, b) => b.weight - a.weight || b.serial.baudRate - a.serial.baudRate)
    .map(({ serial }) => serial);
}

/** The same speed with every other parity: what is tried where bytes come that make no frame. */
export function otherParities(serial: SerialSettings): readonly SerialSettings[] {
  const { baudRate } = serial;
  const all: readonly SerialSettings[] = [
    { baudRate, parity: 'none', stopBits: 1 },
    { baudRate, parity: 'even', stopBits: 1 },
    { baudRate, parity: 'odd', stopBits: 1 },
    { baudRate, parity: 'none', stopBits: 2 },
  ];
  return all.filter((other) => !sameSerial(other, serial));
}
