import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, seededRandom, systemClock } from '../../drivers/base/index.ts';
import { CHANNELS, type Channel, type Sample } from '../../services/orchestrator/store/channels.ts';
import { openDatabase } from '../../services/orchestrator/store/database.ts';
import type { HistoryQuestion } from '../../services/orchestrator/store/history.ts';
import { migrate } from '../../services/orchestrator/store/migrations.ts';
import { createSqlHistory } from '../../services/orchestrator/store/sql-history.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { startRunningSite } from './running-site.ts';

const AXES = 32;
const EACH_MS = 100;
const DAY_MS = 24 * 3_600_000;
const PIECE_MS = 600_000;
const MB = 1e6;

/** 2026-01-01; a round begin, so that a day is a day of stretches. */
const BEGAN_MS = Date.UTC(2026, 0, 1);

const axisName = (index: number): string => `axis-${index}`;
const rounded = (value: number, step: number): number => Math.round(value / step) * step;

/** Readings as a drive gives them, in steps of its registers: half of the time on the way to the next place, with the noise of a real axis. */
function movingAxis(seed: number): (atMs: number) => Sample {
  const random = seededRandom(seed);
  let [position, target, restUntilMs] = [200, 200, 0];
  const noise = (size: number): number => (random() - 0.5) * size;
  return (atMs) => {
    const left = target - position;
    const velocity = Math.sign(left) * Math.min(40, Math.abs(left) * 5);
    position += velocity * (EACH_MS / 1000);
    if (Math.abs(left) < 0.01 && atMs > restUntilMs) {
      target = 400 * random();
      restUntilMs = atMs + 20_000 * random();
    }
    const readings: Record<Channel, number> = {
      position: rounded(position + noise(0.002), 0.001),
      velocity: rounded(velocity + noise(0.1), 0.01),
      followingError: rounded(velocity / 400 + noise(0.004), 0.001),
      torque: rounded(5 + Math.abs(velocity) + noise(2), 0.1),
      temperature: rounded(35 + 5 * Math.sin(atMs / 3_600_000) + noise(0.2), 0.1),
      supplyVoltage: rounded(24 + noise(0.2), 0.1),
    };
    return { atMs, readings };
  };
}

async function writeDay(database: ReturnType<typeof openDatabase>): Promise<void> {
  const axes = Array.from({ length: AXES }, (_none, index) => movingAxis(index));
  for (let pieceMs = BEGAN_MS; pieceMs < BEGAN_MS + DAY_MS; pieceMs += PIECE_MS) {
    const history = createSqlHistory({ database, clock: createVirtualClock(pieceMs + PIECE_MS) });
    for (let atMs = pieceMs; atMs < pieceMs + PIECE_MS; atMs += EACH_MS) {
      axes.forEach((axis, index) => history.append(axisName(index), axis(atMs)));
    }
    await history.close();
  }
}

interface Timed {
  readonly tookMs: readonly number[];
  readonly points: number;
}

/** The same question about each axis in turn. */
async function timeReads(
  database: ReturnType<typeof openDatabase>,
  asked: Omit<HistoryQuestion, 'drive'>,
  rounds: number,
): Promise<Timed> {
  const history = createSqlHistory({ database, clock: createVirtualClock(BEGAN_MS + DAY_MS) });
  const tookMs: number[] = [];
  let points = 0;
  for (let round = 0; round < rounds * AXES; round++) {
    const beganMs = systemClock.nowMs();
    const { summaries } = await history.read({ ...asked, drive: axisName(round % AXES) });
    tookMs.push(systemClock.nowMs() - beganMs);
    points = summaries.length;
  }
  return { tookMs, points };
}

const within = (what: string, { tookMs, points }: Timed): Figure[] => [
  { measure: `${what}, p50`, value: median(tookMs), unit: 'ms', note: `${points} points` },
  { measure: `${what}, p99`, value: quantile(tookMs, 0.99), unit: 'ms', atMost: 50 },
];

async function measureDay(folder: string): Promise<Figure[]> {
  const at = join(folder, 'history.db');
  const database = openDatabase({ place: { at, token: null, maxBytes: null }, clock: systemClock });
  await migrate(database);
  const beganMs = systemClock.nowMs();
  await writeDay(database);
  const wroteMs = systemClock.nowMs() - beganMs;
  const toMs = BEGAN_MS + DAY_MS;
  const day = { fromMs: BEGAN_MS, toMs, points: 1000 };
  const all = await timeReads(database, { ...day, channels: CHANNELS }, 3);
  const one = await timeReads(database, { ...day, channels: ['position'] }, 3);
  const hour = await timeReads(database, { ...day, fromMs: toMs - 3_600_000, channels: ['position'] }, 1);
  await database.close();
  const { size } = await stat(at);
  const samples = (AXES * DAY_MS) / EACH_MS;
  return [
    { measure: `a day of ${AXES} axes at 10 Hz, 6 channels, on disk`, value: size / MB, unit: 'MB' },
    { measure: 'bytes for a sample of 6 channels, thinned levels included', value: size / samples, unit: 'B' },
    { measure: 'a day written behind', value: wroteMs / 1000, unit: 's', note: `${samples} samples` },
    ...within('a day of one axis, position', one),
    ...within('a day of one axis, all channels', all),
    ...within('the last hour of one axis from every sample', hour),
  ];
}

/** The process that holds the site's store. */
function storeProcess(): number {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const line = lines.split('\n').find((text) => text.includes('database-process'));
  if (line === undefined) throw new Error('the store has no process: nothing was written yet');
  return Number(line.trim().split(' ')[0]);
}

/** Stop-all of the demo site while its store works, and while its disk hangs: in turns. */
async function measureHungDisk(): Promise<Figure[]> {
  const site = await startRunningSite();
  const took = { works: [] as number[], hangs: [] as number[] };
  try {
    await site.post('/v1/stop');
    await systemClock.sleep(500);
    const pid = storeProcess();
    for (let round = 0; round < 100; round++) {
      const kind = round % 2 === 0 ? 'works' : 'hangs';
      process.kill(pid, kind === 'hangs' ? 'SIGSTOP' : 'SIGCONT');
      const beganMs = systemClock.nowMs();
      const { status } = await site.post('/v1/stop');
      if (status !== 200) throw new Error(`stop answered ${status} while the store ${kind}`);
      took[kind].push(systemClock.nowMs() - beganMs);
    }
    process.kill(pid, 'SIGCONT');
  } finally {
    await site.close();
  }
  return [
    { measure: 'stop-all while the store works, p50', value: median(took.works), unit: 'ms' },
    { measure: 'stop-all while the store works, p99', value: quantile(took.works, 0.99), unit: 'ms' },
    { measure: 'stop-all while its disk hangs, p50', value: median(took.hangs), unit: 'ms' },
    { measure: 'stop-all while its disk hangs, p99', value: quantile(took.hangs, 0.99), unit: 'ms' },
    {
      measure: 'stop-all, disk hangs against works, p50',
      value: median(took.hangs) / median(took.works),
      unit: 'ratio',
      atMost: 1.2,
    },
  ];
}

/** A store with room for some minutes: what it keeps, what it says, and what it still answers. */
async function measureFullDisk(folder: string): Promise<Figure[]> {
  const place = { at: join(folder, 'full.db'), token: null, maxBytes: 2 * MB };
  const database = openDatabase({ place, clock: systemClock });
  await migrate(database);
  const axis = movingAxis(1);
  let lost = 0;
  let flushes = 0;
  let atMs = BEGAN_MS;
  while (lost === 0 && flushes < 1000) {
    const history = createSqlHistory({ database, clock: createVirtualClock(atMs + PIECE_MS) });
    for (const endMs = atMs + PIECE_MS; atMs < endMs; atMs += EACH_MS) history.append('axis', axis(atMs));
    await history.close();
    lost = history.lost();
    flushes += 1;
  }
  const history = createSqlHistory({ database, clock: createVirtualClock(atMs) });
  const day = { drive: 'axis', fromMs: BEGAN_MS, toMs: atMs, points: 1000, channels: CHANNELS };
  const { summaries } = await history.read(day);
  await database.close();
  const kept = summaries.reduce((sum, { count }) => sum + count, 0);
  return [
    { measure: '2 MB store: samples kept until it was full', value: kept, unit: '' },
    {
      measure: '2 MB store: samples lost in the write that found it full',
      value: lost,
      unit: '',
      note: 'told in the figures',
    },
    {
      measure: '2 MB store: samples read back, of those kept',
      value: kept / (flushes * (PIECE_MS / EACH_MS) - lost),
      unit: 'ratio',
      atLeast: 1,
    },
  ];
}

export const bench: Bench = {
  name: 'history',
  what: 'a day of 32 axes at 10 Hz in the store: its size, a plot of it, and stopping while the disk is full or hangs',
  needs: ['ps'],
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'kmotion-history-'));
    try {
      return [...(await measureDay(folder)), ...(await measureFullDisk(folder)), ...(await measureHungDisk())];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
