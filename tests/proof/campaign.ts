import { availableParallelism } from 'node:os';
import { MUST_HAVE_HAPPENED } from './counters.ts';
import { range, runSeeds, type SeedReport } from './workers.ts';

/** What many seeds came to. */
export interface Campaign {
  readonly seeds: number;
  readonly motions: number;
  readonly red: readonly SeedReport[];
  readonly counts: ReadonlyMap<string, number>;
  readonly traces: ReadonlyMap<number, string>;
  readonly siteHours: number;
  readonly realMs: number;
}

/** @param told hears of each seed as soon as it has run */
export async function campaign(
  from: number,
  count: number,
  told: (report: SeedReport, done: number) => void = () => undefined,
): Promise<Campaign> {
  const counts = new Map<string, number>();
  const traces = new Map<number, string>();
  const red: SeedReport[] = [];
  let [motions, siteMs] = [0, 0];
  const began = performance.now();
  const heard = (report: SeedReport): boolean => {
    for (const [what, times] of report.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    traces.set(report.seed, report.trace);
    motions += report.motions;
    siteMs += report.siteMs;
    if (report.violations.length > 0) red.push(report);
    told(report, traces.size);
    return true;
  };
  await runSeeds({ seeds: range(from, count), workers: availableParallelism(), heard });
  const realMs = performance.now() - began;
  return { seeds: traces.size, motions, red, counts, traces, siteHours: siteMs / 3_600_000, realMs };
}

/** What should have happened in so many seeds, and never did. */
export function neverHappened({ counts }: Campaign): readonly string[] {
  return MUST_HAVE_HAPPENED.filter((what) => (counts.get(what) ?? 0) === 0);
}
