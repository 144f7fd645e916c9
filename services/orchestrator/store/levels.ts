/** How finely, and for how long, samples are kept. */
export const LEVELS = {
  /** Every sample, in chunks of one stretch of the next level. */
  raw: { keptMs: 2 * 24 * 3_600_000 },
  fine: { eachMs: 10_000, keptMs: 31 * 24 * 3_600_000 },
  /** For a plot of a day, which would be 8 640 rows of the level before. */
  middle: { eachMs: 60_000, keptMs: 92 * 24 * 3_600_000 },
  coarse: { eachMs: 600_000, keptMs: 2 * 365 * 24 * 3_600_000 },
} as const;

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  readonly nowMs: number;
}

interface Reading {
  readonly level: keyof typeof LEVELS;
  readonly fromMs: number;
  readonly eachMs: number;
}

/**
 * The coarsest level that is fine enough for so many points and still goes back so far, and where its stretches begin: a
 * day is read from 1 440 summaries, not from 864 000 samples.
 */
export function chooseLevel({ fromMs, toMs, points, nowMs }: Asked): Reading {
  const wantedMs = Math.max(1, Math.ceil((toMs - fromMs) / points));
  const ageMs = nowMs - fromMs;
  if (wantedMs < LEVELS.fine.eachMs && ageMs <= LEVELS.raw.keptMs) return { level: 'raw', fromMs, eachMs: wantedMs };
  const level = summariesFor(wantedMs, ageMs);
  const { eachMs } = LEVELS[level];
  return {
    level,
    fromMs: Math.floor(fromMs / eachMs) * eachMs,
    // one more could begin in a cut-off stretch at either end
    eachMs: Math.ceil((toMs - fromMs + eachMs) / points / eachMs) * eachMs,
  };
}

function summariesFor(wantedMs: number, ageMs: number): 'fine' | 'middle' | 'coarse' {
  if (wantedMs < LEVELS.middle.eachMs && ageMs <= LEVELS.fine.keptMs) return 'fine';
  return wantedMs < LEVELS.coarse.eachMs && ageMs <= LEVELS.middle.keptMs ? 'middle' : 'coarse';
}
