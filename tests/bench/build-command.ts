import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** For benchmarks whose processes run from the built command. */
export function buildCommand(): void {
  const script = fileURLToPath(new URL('../../services/cli/build-if-changed.mjs', import.meta.url));
  if (spawnSync(process.execPath, [script], { stdio: 'inherit' }).status !== 0) throw new Error('the build failed');
}
