import { CHANNELS, type Channel, type Extent, type Summary } from './channels.ts';
import { stretchesIn, type Columns, type Stretches } from './columns.ts';

/** One summary for each stretch that has samples: no peak is lost, however few are asked for. */
export function summarise(columns: Columns, stretches: Stretches): readonly Summary[] {
  return stretchesIn(columns, stretches).map(({ atMs, from, to }) => ({
    atMs,
    count: to - from,
    extents: Object.fromEntries(
      CHANNELS.map((channel) => [channel, extentOf(columns.readings[channel], from, to)]),
    ) as Record<Channel, Extent | null>,
  }));
}

function extentOf(readings: Float64Array, from: number, to: number): Extent | null {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let at = from; at < to; at++) {
    const value = readings[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : { min, max, mean: sum / count };
}
