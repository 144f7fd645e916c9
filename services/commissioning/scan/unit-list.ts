import type { Profile } from '../../../drivers/profile/index.ts';

/** Modbus over Serial Line V1.02, 2.2: 0 is the broadcast, 248 to 255 are reserved. */
const LEAST = 1;
const GREATEST = 247;
/** Addresses that people give: drives are numbered from one. */
const USUAL = 16;

/** From `1-247` or `1,7,200-210`, each once and in that order; null for anything else. */
export function parseUnits(text: string): readonly number[] | null {
  if (!/^\s*\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*\s*$/.test(text)) return null;
  const ranges = text.split(',').map((part) => part.split('-').map(Number));
  const units = ranges.flatMap(([from = 0, to = from]) =>
    from >= LEAST && from <= to && to <= GREATEST ? range(from, to) : [Number.NaN],
  );
  return units.some(Number.isNaN) ? null : [...new Set(units)];
}

/** The units that are asked first and those that come after, when nobody said which. */
export interface UnitChoice {
  /** With every question that a profile has. */
  readonly first: readonly number[];
  /** With as few questions as will do. */
  readonly rest: readonly number[];
}

/** 1, what the factories set, and what the site file says; then the numbers that people give. */
export function likelyUnits(profiles: readonly Profile[], expected: readonly number[] = []): UnitChoice {
  const factory = profiles.filter(({ framing }) => framing === 'rtu').map(({ units }) => units.factory);
  const first = [...new Set([...expected, LEAST, ...factory.toSorted((a, b) => a - b)])];
  return { first, rest: range(LEAST, USUAL).filter((unit) => !first.includes(unit)) };
}

/** The units that somebody named, the likely ones of them first. */
export function chosenUnits(units: readonly number[], likely: UnitChoice): UnitChoice {
  return {
    first: likely.first.filter((unit) => units.includes(unit)),
    rest: units.filter((unit) => !likely.first.includes(unit)),
  };
}

/** `1 to 16, 200` */
export function unitsInWords(units: readonly number[]): string {
  const sorted = units.toSorted((a, b) => a - b);
  const runs: number[][] = [];
  for (const unit of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === unit - 1) last.push(unit);
    else runs.push([unit]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]} to ${run.at(-1)}` : run.join(', '))).join(', ');
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
