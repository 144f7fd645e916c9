import { AXIS_STATES, AXIS_UNITS } from '../../drivers/base/index.ts';

/** A state by its name, as "standstill". */
export type Word = string;

/** What an expression gives. A number without a unit (null) is a bare literal and fits any unit. */
export type Kind =
  | { readonly is: 'number'; readonly unit: string | null }
  | { readonly is: 'boolean' }
  | { readonly is: 'word'; readonly words: readonly Word[] | null };

export const BOOLEAN: Kind = { is: 'boolean' };
export const numberIn = (unit: string | null): Kind => ({ is: 'number', unit });

export type AxisUnitName = (typeof AXIS_UNITS)[number];
/** Unit of a plain number: a count, a ratio. */
export const PLAIN = '1';

/** Every unit that can stand behind a number; nothing is converted, so a minute or a centimetre is not among them. */
export const UNITS: readonly string[] = [
  ...AXIS_UNITS,
  ...AXIS_UNITS.map((unit) => `${unit}/s`),
  ...AXIS_UNITS.map((unit) => `${unit}/s2`),
  'ms',
  'degC',
  'V',
];

/** The readings of a drive that an expression may use, by their names in the state message, for an axis in `unit`. */
const READINGS: Readonly<Record<string, (unit: AxisUnitName) => Kind>> = {
  position: numberIn,
  target: numberIn,
  followingError: numberIn,
  velocity: (unit) => numberIn(`${unit}/s`),
  torque: () => numberIn('%'),
  temperature: () => numberIn('degC'),
  supplyVoltage: () => numberIn('V'),
  moving: () => BOOLEAN,
  inPosition: () => BOOLEAN,
  homed: () => BOOLEAN,
  enabled: () => BOOLEAN,
  stopLatched: () => BOOLEAN,
  state: () => ({ is: 'word', words: AXIS_STATES }),
};
export const READING_NAMES: readonly string[] = Object.keys(READINGS);

/** Null for a word that is no reading. */
export const kindOfReading = (reading: string, unit: AxisUnitName): Kind | null =>
  Object.hasOwn(READINGS, reading) ? (READINGS[reading]?.(unit) ?? null) : null;

/** As a message names it: "a number in mm". */
export function kindText(kind: Kind): string {
  if (kind.is === 'boolean') return 'true or false';
  if (kind.is === 'word') return 'a word';
  if (kind.unit === null) return 'a number';
  return kind.unit === PLAIN ? 'a plain number' : `a number in ${kind.unit}`;
}
