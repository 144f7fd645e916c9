import type { AxisUnit } from '../../../contracts/index.ts';

const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';

/** Decimals a person can read at a glance, never more than the drive resolves. */
export function decimalsFor(unit: AxisUnit, resolution: number): number {
  const readable = unit === '%' ? 1 : 2;
  const resolved = resolution > 0 ? Math.max(0, Math.ceil(-Math.log10(resolution))) : readable;
  return Math.min(readable, resolved);
}

/** A number with a true minus sign; a missing reading is a dash, never 0. */
export function numberText(value: number | null, decimals: number): string {
  if (value === null) return '–';
  const text = Math.abs(value).toFixed(decimals);
  const isNegative = value < 0 && Number(text) !== 0;
  return isNegative ? MINUS + text : text;
}

export function quantityText(value: number | null, unit: string, decimals: number): string {
  return value === null ? '–' : `${numberText(value, decimals)}${NARROW_SPACE}${unit}`;
}

/** Shortest text of a limit or step: 400, 0.5, −180. */
export function plainNumber(value: number): string {
  return String(Number(value.toFixed(3))).replace('-', MINUS);
}

export function ageText(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 120) return `${seconds}${NARROW_SPACE}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes}${NARROW_SPACE}min` : `${Math.floor(minutes / 60)}${NARROW_SPACE}h`;
}
