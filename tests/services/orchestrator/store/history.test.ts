import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createVirtualClock, systemClock } from '../../../../drivers/base/index.ts';
import { CHANNELS, type Sample } from '../../../../services/orchestrator/store/channels.ts';
import { openDatabase } from '../../../../services/orchestrator/store/database.ts';
import { chooseLevel } from '../../../../services/orchestrator/store/levels.ts';
import { migrate } from '../../../../services/orchestrator/store/migrations.ts';
import { createSqlHistory } from '../../../../services/orchestrator/store/sql-history.ts';
import { storeFolder } from './store-folder.ts';

const folder = storeFolder();
const database = openDatabase({
  place: { at: join(folder, 'history.db'), token: null, maxBytes: null },
  clock: systemClock,
});
await migrate(database);
afterAll(() => database.close());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const none = Object.fromEntries(CHANNELS.map((channel) => [channel, null])) as Sample['readings'];
const at = (atMs: number, position: number | null): Sample => ({ atMs, readings: { ...none, position } });

/** Two hours of one reading a second, told as they would come; one second of it is a peak of 999. */
async function twoHours(drive: string, peakAtMs: number): Promise<{ beganMs: number; endedMs: number }> {
  const clock = createVirtualClock();
  const history = createSqlHistory({ database, clock });
  const beganMs = clock.unixMs();
  for (let ms = 0; ms < 2 * HOUR_MS; ms += MINUTE_MS) {
    for (let second = 0; second < 60; second++) {
      const atMs = beganMs + ms + second * 1000;
      history.append(drive, at(atMs, atMs === beganMs + peakAtMs ? 999 : ms / MINUTE_MS));
    }
    await clock.advance(MINUTE_MS);
  }
  await history.close();
  return { beganMs, endedMs: beganMs + 2 * HOUR_MS };
}

const historyAt = (nowMs: number): ReturnType<typeof createSqlHistory> =>
  createSqlHistory({ database, clock: createVirtualClock(nowMs) });

test('however few points are asked for, a peak of one second is in them, in the stretch where it was', async () => {
  const peakAtMs = 61 * MINUTE_MS + 7000;
  const { beganMs, endedMs } = await twoHours('peak', peakAtMs);
  const history = historyAt(endedMs);

  for (const points of [2, 13, 100, 1000, 7200]) {
    const { eachMs, summaries } = await history.read({
      drive: 'peak',
      fromMs: beganMs,
      toMs: endedMs,
      points,
      channels: ['position'],
    });
    const withPeak = summaries.filter(({ extents }) => extents.position?.max === 999);
    expect(summaries.length).toBeLessThanOrEqual(points);
    expect(withPeak).toHaveLength(1);
    expect(beganMs + peakAtMs - withPeak[0]!.atMs).toBeGreaterThanOrEqual(0);
    expect(beganMs + peakAtMs - withPeak[0]!.atMs).toBeLessThan(eachMs);
    expect(summaries[0]!.extents.position).toMatchObject({ min: 0 });
    expect(summaries.reduce((sum, { count }) => sum + count, 0)).toBe(7200);
  }
});

test('a coarse mean weighs each sample once', async () => {
  const { beganMs, endedMs } = await twoHours('mean', 0);
  const day = { drive: 'mean', fromMs: beganMs, toMs: endedMs, points: 1, channels: ['position'] as const };

  const { summaries } = await historyAt(endedMs).read(day);
  expect(summaries[0]!.extents.position!.mean).toBeCloseTo((119 / 2) * 1 + 999 / 7200, 6);
});

test('a reading that was missing is no reading: neither 0 nor the one before it', async () => {
  const clock = createVirtualClock();
  const history = createSqlHistory({ database, clock });
  const beganMs = clock.unixMs();
  history.append('gap', at(beganMs + 1000, 5));
  history.append('gap', at(beganMs + 2000, null));
  history.append('gap', at(beganMs + 3000, 7));
  await history.close();
  const read = (points: number): ReturnType<typeof history.read> =>
    history.read({ drive: 'gap', fromMs: beganMs, toMs: beganMs + 4000, points, channels: ['position'] });

  expect((await read(4)).summaries.map(({ extents }) => extents.position)).toEqual([
    { min: 5, max: 5, mean: 5 },
    null,
    { min: 7, max: 7, mean: 7 },
  ]);
  expect((await read(1)).summaries[0]!.extents.position).toEqual({ min: 5, max: 7, mean: 6 });
});

async function kept(): Promise<Record<string, number>> {
  const rows = await database.read<{ what: string; n: number }>({
    sql: `SELECT 'raw' AS what, count(*) AS n FROM samples WHERE drive LIKE 'old-%'
      UNION ALL SELECT 'each ' || each_ms, count(*) FROM summaries WHERE drive LIKE 'old-%' GROUP BY each_ms`,
  });
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
}

// Two hours that begin in the middle of ten minutes touch thirteen of them.
test('what has had its time is forgotten, level by level, of every drive', async () => {
  await twoHours('old-a', 0);
  const { beganMs } = await twoHours('old-b', 0);
  const laterBy = async (ms: number): Promise<void> => {
    const history = historyAt(beganMs + ms);
    history.append('now', at(beganMs + ms, 1));
    await history.close();
  };

  await laterBy(HOUR_MS * 3);
  expect(await kept()).toEqual({ raw: 1440, 'each 10000': 1440, 'each 60000': 242, 'each 600000': 26 });
  await laterBy(3 * DAY_MS);
  expect(await kept()).toEqual({ raw: 0, 'each 10000': 1440, 'each 60000': 242, 'each 600000': 26 });
  await laterBy(40 * DAY_MS);
  expect(await kept()).toEqual({ raw: 0, 'each 60000': 242, 'each 600000': 26 });
  await laterBy(100 * DAY_MS);
  expect(await kept()).toEqual({ raw: 0, 'each 600000': 26 });
});

test('a store from before there were summaries of a minute gets those of all that it has kept', async () => {
  await twoHours('older', 61 * MINUTE_MS + 7000);
  const minutes = (): Promise<readonly unknown[]> =>
    database.read({ sql: "SELECT * FROM summaries WHERE drive = 'older' AND each_ms = 60000 ORDER BY at" });
  const written = await minutes();
  await database.write([
    { sql: 'DELETE FROM summaries WHERE each_ms = 60000' },
    { sql: 'DELETE FROM migrations WHERE number = 3' },
  ]);

  await migrate(database);

  expect(written).toHaveLength(121);
  expect(await minutes()).toEqual(written);
});

test.each([
  { what: 'a minute', lengthMs: MINUTE_MS, agoMs: 0, level: 'raw' },
  { what: 'a day', lengthMs: DAY_MS, agoMs: 0, level: 'middle' },
  { what: 'six hours', lengthMs: 6 * HOUR_MS, agoMs: 0, level: 'fine' },
  { what: 'a minute of last week', lengthMs: MINUTE_MS, agoMs: 7 * DAY_MS, level: 'fine' },
  { what: 'a minute of last quarter', lengthMs: MINUTE_MS, agoMs: 80 * DAY_MS, level: 'middle' },
  { what: 'a minute of last year', lengthMs: MINUTE_MS, agoMs: 300 * DAY_MS, level: 'coarse' },
  { what: 'a year', lengthMs: 365 * DAY_MS, agoMs: 0, level: 'coarse' },
])('$what is read from the coarsest level that will do and still goes back so far', ({ lengthMs, agoMs, level }) => {
  const nowMs = 1_800_000_000_000;
  const toMs = nowMs - agoMs;
  const chosen = chooseLevel({ fromMs: toMs - lengthMs, toMs, points: 1000, nowMs });

  expect(chosen.level).toBe(level);
  expect((toMs - chosen.fromMs) / chosen.eachMs).toBeLessThanOrEqual(1000);
});
