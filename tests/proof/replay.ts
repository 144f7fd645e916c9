import { storm } from './storm.ts';
import { tell } from './story.ts';

// `npx tsx tests/proof/replay.ts SEED` runs one seed again and tells what happened; the exit code says whether it was clean.
const seed = Number(process.argv[2]);
if (!Number.isInteger(seed)) throw new Error('say which seed: npx tsx tests/proof/replay.ts SEED');
const { world, violations } = await storm(seed);
process.stdout.write(`${tell(world, violations)}\n\n${violations.length} violations in seed ${seed}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
