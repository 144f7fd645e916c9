import { parseArgs } from 'node:util';
import { campaign, neverHappened, type Campaign } from './campaign.ts';
import type { SeedReport } from './workers.ts';

// `npx tsx tests/proof/run.ts --seeds 2000 [--from 1] [--twice 100]`: many seeds in several processes, the first of them
// a second time. Red seeds are told at once. The exit code says whether all were clean, everything happened, and one
// seed had one history.
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const TOLD_EVERY = 5000;

function tellSeed({ seed, violations }: SeedReport, done: number): void {
  if (violations.length > 0) print(`RED  npx tsx tests/proof/replay.ts ${seed}`);
  for (const { rule, drive, detail } of violations) print(`       ${rule}: ${drive}: ${detail}`);
  if (done % TOLD_EVERY === 0) print(`${done} seeds so far`);
}

function tellAll(all: Campaign, never: readonly string[]): void {
  const minutes = all.realMs / 60_000;
  const pace = `${(all.seeds / minutes).toFixed(0)} seeds a minute, ${(all.siteHours / (minutes / 60)).toFixed(0)} simulated hours a real hour`;
  print(`${all.seeds} seeds, ${all.red.length} of them red, ${all.motions} motions: ${pace}`);
  for (const [what, times] of [...all.counts].toSorted(([a], [b]) => a.localeCompare(b)))
    print(`  ${String(times).padStart(8)}  ${what}`);
  for (const what of never) print(`never happened: ${what}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      twice: { type: 'string', default: '100' },
    },
  });
  const [from, seeds, twice] = [Number(values.from), Number(values.seeds), Number(values.twice)];
  const all = await campaign(from, seeds, tellSeed);
  const never = neverHappened(all);
  tellAll(all, never);
  const again = twice === 0 ? null : await campaign(from, twice);
  const other = [...(again?.traces ?? [])].filter(([seed, trace]) => all.traces.get(seed) !== trace);
  if (again !== null) print(`${again.seeds} seeds a second time: ${other.length} with another history`);
  if (never.length + all.red.length + other.length > 0) process.exitCode = 1;
}

await main();
