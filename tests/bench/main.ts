import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Figure } from './bench.ts';

// `npm run bench` measures everything; `npm run bench -- NAME...` only these; `--json` prints for machines.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const here = new URL('.', import.meta.url);
const names = readdirSync(here)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .filter((name) => positionals.length === 0 || positionals.includes(name));

const isInstalled = (program: string): boolean => spawnSync('which', [program]).status === 0;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function verdict(figure: Figure): string {
  if (figure.atLeast !== undefined)
    return `${figure.value >= figure.atLeast ? 'ok  ' : 'MISS'} (at least ${figure.atLeast})`;
  if (figure.atMost !== undefined)
    return `${figure.value <= figure.atMost ? 'ok  ' : 'MISS'} (at most ${figure.atMost})`;
  return '';
}

const results: Record<string, readonly Figure[]> = {};
for (const name of names) {
  const { bench } = (await import(new URL(`${name}.bench.ts`, here).href)) as { bench: Bench };
  const missing = (bench.needs ?? []).filter((program) => !isInstalled(program));
  if (!values.json) print(`\n${bench.name}: ${bench.what}`);
  if (missing.length > 0) {
    if (!values.json) print(`  not run: needs ${missing.join(', ')}`);
    continue;
  }
  const figures = await bench.run();
  results[name] = figures;
  if (values.json) continue;
  for (const figure of figures) {
    const value = Number.isInteger(figure.value) ? String(figure.value) : figure.value.toPrecision(4);
    print(
      `  ${figure.measure.padEnd(64)} ${value.padStart(9)} ${figure.unit.padEnd(6)} ${verdict(figure)} ${figure.note ?? ''}`,
    );
  }
}
if (values.json) print(JSON.stringify(results, null, 2));
mkdirSync('.bench', { recursive: true });
writeFileSync('.bench/last.json', `${JSON.stringify(results, null, 2)}\n`);
process.exit(0);
