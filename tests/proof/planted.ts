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

/** Runs the proof on the sources with one mistake in them, from the first seed on, until it is red. */
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

/** What is red without any mistake tells nothing about one. */
async function redWithout(findings: readonly Finding[]): Promise<ReadonlySet<number>> {
  const red = new Set<number>();
  const heard = ({ seed, violations }: SeedReport): boolean => {
    if (violations.length > 0) red.add(seed);
    return true;
  };
  const seeds = new Set(findings.flatMap(({ by }) => (by === null ? [] : [by.seed])));
  await runSeeds({ seeds, workers: availableParallelism(), heard });
  return red;
}

function told({ bug, by, seeds }: Finding): string {
  if (by === null) return `SURVIVED ${seeds} seeds: ${bug.name}`;
  const { rule = '', detail = '' } = by.violations[0] ?? {};
  return `found by seed ${String(by.seed).padStart(3)}  ${bug.name.padEnd(58)} ${rule}: ${detail}`;
}

async function huntAll(bugs: readonly PlantedBug[]): Promise<readonly Finding[]> {
  const left = [...bugs];
  const findings: Finding[] = [];
  const huntOn = async (): Promise<void> => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const finding = await hunt(bug);
      findings.push(finding);
      print(told(finding));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, huntOn));
  return findings;
}

// `npx tsx tests/proof/planted.ts [WORD]`: all planted bugs, or those whose name holds the word. The exit code says
// whether each was found, by a seed that is clean without it.
const findings = await huntAll(plantedBugs.filter(({ name }) => name.includes(process.argv[2] ?? '')));
const red = await redWithout(findings);
const found = findings.filter(({ by }) => by !== null && !red.has(by.seed));
for (const seed of red) print(`RED without any bug: npx tsx tests/proof/replay.ts ${seed}`);
print(`${found.length} of ${findings.length} planted bugs found, by seeds that are clean without them`);
if (found.length < findings.length) process.exitCode = 1;
