// The shape of a benchmark: it measures a thing and its peer in interleaved rounds of one run and gives ratios, because
// absolute times on shared machines drift.

/** One measured figure; with a goal when an issue or the design names one. */
export interface Figure {
  readonly measure: string;
  readonly value: number;
  /** "ratio", "us", "ms", "tx/s", "%", "MB", ... */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Spread or peer's figure, for the reader. */
  readonly note?: string;
}

export interface Bench {
  /** File name without `.bench.ts`; what `npm run bench NAME` runs. */
  readonly name: string;
  readonly what: string;
  /** Programs that must be on the PATH (gcc, mosquitto, ...): without them the benchmark says so and is not run. */
  readonly needs?: readonly string[];
  run(): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear interpolation between order statistics; NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
