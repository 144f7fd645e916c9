import { CHANNELS, type Channel, type Extent, type Summary } from './channels.ts';

// Summaries are thinned further by the database itself, so that a plot of a year costs this process no more than one of a minute.

const columnsOf = (channel: Channel): string[] => [`${channel}_min`, `${channel}_max`, `${channel}_mean`];
const COLUMNS = CHANNELS.flatMap(columnsOf);

/** Null weighs nothing; the rest by the samples behind it. */
const weighted = (channel: Channel): string =>
  `sum(${channel}_mean * count) / nullif(sum(iif(${channel}_mean IS NULL, 0, count)), 0)`;
const merged = (channel: Channel): string =>
  `min(${channel}_min) AS ${channel}_min, max(${channel}_max) AS ${channel}_max, ${weighted(channel)} AS ${channel}_mean`;

/** A stretch grows with every write that falls into it; its mean by the samples of each. */
const widened = (channel: Channel): string => {
  const [min, max, own] = columnsOf(channel);
  return `${min} = min(coalesce(${min}, excluded.${min}), coalesce(excluded.${min}, ${min})),
    ${max} = max(coalesce(${max}, excluded.${max}), coalesce(excluded.${max}, ${max})),
    ${own} = coalesce((${own} * count + excluded.${own} * excluded.count) / (count + excluded.count), ${own}, excluded.${own})`;
};

/** Parameters: those of `summaryParameters`. */
export const WRITE_SUMMARY = `INSERT INTO summaries (drive, each_ms, at, count, ${COLUMNS.join(', ')})
  VALUES (${['drive', 'each', 'at', 'count', ...COLUMNS].map(() => '?').join(', ')})
  ON CONFLICT DO UPDATE SET ${CHANNELS.map(widened).join(', ')}, count = count + excluded.count`;

/** Every drive in a table, one look into its index for each: without them a question about a time would read every row. */
const drivesIn = (table: string): string =>
  `WITH RECURSIVE known (drive) AS (SELECT min(drive) FROM ${table} UNION ALL
    SELECT (SELECT min(drive) FROM ${table} AS next WHERE next.drive > known.drive) FROM known WHERE known.drive IS NOT NULL)`;

/** Parameters: length of a stretch, before when. */
export const FORGET_SUMMARIES = `${drivesIn('summaries')}
  DELETE FROM summaries WHERE drive IN known AND each_ms = ? AND at < ?`;
/** Parameter: before when. */
export const FORGET_SAMPLES = `${drivesIn('samples')} DELETE FROM samples WHERE drive IN known AND at < ?`;

/** Parameters: drive, length of a kept stretch, from, to, length of a wanted stretch. */
export const readSummaries = (channels: readonly Channel[]): string =>
  `SELECT CAST(?3 AS INTEGER) + (at - CAST(?3 AS INTEGER)) / CAST(?5 AS INTEGER) * CAST(?5 AS INTEGER) AS stretch,
    sum(count) AS count, ${channels.map(merged).join(', ')}
  FROM summaries WHERE drive = ?1 AND each_ms = ?2 AND at >= ?3 AND at < ?4 GROUP BY stretch ORDER BY stretch`;

export type SummaryRow = Readonly<Record<string, number | null>> & { readonly stretch: number; readonly count: number };

export function summaryParameters(drive: string, eachMs: number, summary: Summary): (string | number | null)[] {
  const extents = CHANNELS.flatMap((channel) => {
    const extent = summary.extents[channel];
    return [extent?.min ?? null, extent?.max ?? null, extent?.mean ?? null];
  });
  return [drive, eachMs, summary.atMs, summary.count, ...extents];
}

export const summaryIn = (row: SummaryRow): Summary => ({
  atMs: row.stretch,
  count: row.count,
  extents: Object.fromEntries(CHANNELS.map((channel) => [channel, extentIn(row, channel)])) as Record<
    Channel,
    Extent | null
  >,
});

function extentIn(row: SummaryRow, channel: Channel): Extent | null {
  const [min, max, mean] = columnsOf(channel).map((column) => row[column] ?? null);
  return min == null || max == null || mean == null ? null : { min, max, mean };
}
