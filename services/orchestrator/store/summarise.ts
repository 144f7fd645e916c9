import { CHANNELS, type Channel, type Extent, type Sample, type Summary } from './channels.ts';

interface Stretches {
  /** Beginning of the first stretch. */
  readonly fromMs: number;
  readonly eachMs: number;
}

/** Samples, oldest first, as one summary for each stretch that has any: no peak is lost, however few are asked for. */
export function summarise(samples: readonly Sample[], { fromMs, eachMs }: Stretches): readonly Summary[] {
  return [...inStretches(samples, { fromMs, eachMs })].map(([atMs, inside]) => ({
    atMs,
    count: inside.length,
    extents: extentsOf(inside),
  }));
}

/** By the beginning of each stretch that has any. */
export function inStretches(samples: readonly Sample[], { fromMs, eachMs }: Stretches): Map<number, Sample[]> {
  const stretches = new Map<number, Sample[]>();
  for (const sample of samples) {
    const atMs = fromMs + Math.floor((sample.atMs - fromMs) / eachMs) * eachMs;
    const inside = stretches.get(atMs);
    if (inside === undefined) stretches.set(atMs, [sample]);
    else inside.push(sample);
  }
  return stretches;
}

const extentsOf = (samples: readonly Sample[]): Summary['extents'] =>
  Object.fromEntries(CHANNELS.map((channel) => [channel, extentOf(samples, channel)])) as Record<
    Channel,
    Extent | null
  >;

function extentOf(samples: readonly Sample[], channel: Channel): Extent | null {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const { readings } of samples) {
    const value = readings[channel];
    if (value === null) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
  }
  return count === 0 ? null : { min, max, mean: sum / count };
}
