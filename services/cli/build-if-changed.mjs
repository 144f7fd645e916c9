import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Before `npm start`. Starting the compiler only to hear that there is nothing to do takes half a second; the dates of a
// few hundred files take some ms. Dates of folders tell of files that were renamed or removed.

const root = fileURLToPath(new URL('../../', import.meta.url));
const record = `${root}dist/server.tsbuildinfo`;
const sources = ['config', 'drivers', 'services', 'simulator', 'package.json', 'tsconfig.json'];
const elsewhere = new Set(['dashboard', 'node_modules']);

const changedAtMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function isNewer(path, thanMs) {
  if (changedAtMs(path) > thanMs) return true;
  if (!statSync(path).isDirectory()) return false;
  return readdirSync(path).some((name) => !elsewhere.has(name) && isNewer(`${path}/${name}`, thanMs));
}

const builtAtMs = changedAtMs(record);
if (builtAtMs === 0 || sources.some((source) => isNewer(`${root}${source}`, builtAtMs))) {
  const beganAt = new Date();
  const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  const { status } = spawnSync(process.execPath, [compiler, '--build', 'services/cli'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  // the compiler leaves its record alone when nothing that it reads has changed
  utimesSync(record, beganAt, beganAt);
}
