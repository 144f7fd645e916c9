import { storm } from './storm.ts';
import type { SeedReport, SeedTask } from './workers.ts';

// Runs seeds for the campaign, in a process of its own: one message asks, one answers each seed.
// Refusals are an everyday thing here, and nobody reads their stacks.
Error.stackTraceLimit = 0;
process.on('message', (task: SeedTask) => void run(task));

async function run({ seeds }: SeedTask): Promise<void> {
  for (const seed of seeds) {
    const { world: _world, counts, ...outcome } = await storm(seed);
    const report: SeedReport = { ...outcome, counts: [...counts] };
    process.send?.(report);
  }
  process.send?.('idle');
}
