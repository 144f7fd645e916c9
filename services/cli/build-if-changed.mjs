import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Before `npm start`. Starting the bundler only to build the same again takes seconds; the dates of a few hundred files
// take some ms. Dates of folders tell of files that were renamed or removed.

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = `${root}dist/services/cli/main.js`;
const sources = ['config', 'drivers', 'services', 'simulator', 'package.json', 'tsconfig.json'];
const elsewhere = new Set(['dashboard', 'node_modules']);

const changedAtMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function isNewer(path, thanMs) {
  if (changedAtMs(path) > thanMs) return true;
  if (!statSync(path).isDirectory()) return false;
  return readdirSync(path).some((name) => !elsewhere.has(name) && isNewer(`${path}/${name}`, thanMs));
}

const builtAtMs = changedAtMs(built);
if (builtAtMs === 0 || sources.some((source) => isNewer(`${root}${source}`, builtAtMs))) {
  const { build } = await import('vite');
  await build({ configFile: `${root}services/cli/vite.config.ts`, logLevel: 'warn' });
}
