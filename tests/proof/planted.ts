import { availableParallelism } from 'node:os';
import { plantedBugs, type PlantedBug } from './planted-bugs.ts';
import { range, runSeeds, type SeedReport } from './workers.ts';

/** So many seeds may a bug survive. */
const MOST_SEEDS = 400;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Finding {
  readonly bug: PlantedBug;
  readonly by: SeedReport | null;
  readonly seeds: number;
}

/** Runs the proof on the sources with one mistake in them, until it is red. */
async function hunt(bug: PlantedBug): Promise<Finding> {
  let seeds = 0;
  let by: SeedReport | null = null;
  const heard = (report: SeedReport): boolean => {
    seeds += 1;
    if (report.violations.length > 0) by ??= report;
    return by === null;
  };
  await runSeeds({ seeds: range(1, MOST_SEEDS), workers: 1, changes: [bug], heard });
  return { bug, by, seeds };
}

function told({ bug, by, seeds }: Finding): string {
  if (by === null) return `SURVIVED ${seeds} seeds: ${bug.name}`;
  return `seed ${String(by.seed).padStart(4)} (${seeds} tried)  ${bug.name.padEnd(56)} ${by.violations[0]?.rule ?? ''}`;
}

// `npx tsx tests/proof/planted.ts [WORD]`: all planted bugs, or those whose name holds the word; each must be found.
const wanted = plantedBugs.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const left = [...wanted];
let survivors = 0;
async function huntOn(): Promise<void> {
  for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
    const finding = await hunt(bug);
    if (finding.by === null) survivors += 1;
    print(told(finding));
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, huntOn));
print(`${wanted.length - survivors} of ${wanted.length} planted bugs found`);
if (survivors > 0) process.exitCode = 1;
