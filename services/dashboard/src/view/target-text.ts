import { plainNumber } from './quantity.ts';

export type Target = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly because: string };

/** Reads what a person typed as a target; a decimal comma and a typographic minus are taken too. */
export function readTarget(text: string, range: readonly [number, number], unit: string): Target {
  const cleaned = text.trim().replace(',', '.').replace('\u2212', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(cleaned)) return { ok: false, because: 'Type a number' };
  const value = Number(cleaned);
  const [low, high] = range;
  if (value >= low && value <= high) return { ok: true, value };
  return { ok: false, because: `From ${plainNumber(low)} to ${plainNumber(high)} ${unit}` };
}
