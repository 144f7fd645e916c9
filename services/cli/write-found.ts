import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseSite, type Site } from '../../config/index.ts';
import {
  emptySite,
  isPortOf,
  knownPort,
  mergeSite,
  type Contradicted,
  type KnownPort,
  type ScanOutcome,
} from '../commissioning/index.ts';
import { askYes } from './ask.ts';
import { CommandFailure } from './failure.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Adds what was found to a site file; a value that is there is changed only after a yes. */
export async function writeFound(
  file: string,
  lines: ScanOutcome['lines'],
  { yes }: { readonly yes?: true },
): Promise<void> {
  const path = resolve(file);
  if (lines.length === 0) return say(`${file} is left as it is: nothing was found.`);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : emptySite(siteName(path));
  const ports = new Map(await Promise.all(lines.map(async ({ port }) => [port, await knownPort(port)] as const)));
  const site = existsSync(path) ? parseSite(text, { file: path, environment: {} }) : null;
  const lineOfPort = (port: string): string | null => lineOf(site, ports.get(port));
  const contradicted = mergeSite(text, lines, { lineOfPort, mayChange: () => false }).kept;
  const agreed = yes === true ? contradicted : await agreedChanges(contradicted);
  const mayChange = (one: Contradicted): boolean => agreed.some(({ path: other }) => other.join() === one.path.join());
  const merged = mergeSite(text, lines, { lineOfPort, mayChange });
  if (merged.added.length === 0) say(`${file} has all of it already.`);
  else {
    replaceFile(path, merged.text);
    say(`${file}: ${merged.added.join(', ')} written. Measure the axes, then: kmotion check ${file}`);
  }
  for (const one of merged.kept) say(`${file}: ${said(one)}; left as it was.`);
}

function lineOf(site: Site | null, port: KnownPort | undefined): string | null {
  if (site === null || port === undefined) return null;
  return [...site.lines.values()].find(({ way }) => isPortOf(way, port.listed))?.id ?? null;
}

async function agreedChanges(contradicted: readonly Contradicted[]): Promise<readonly Contradicted[]> {
  const agreed: Contradicted[] = [];
  for (const one of contradicted) if (await askYes(`${said(one)}. Change it?`)) agreed.push(one);
  return agreed;
}

const said = ({ path, has, found }: Contradicted): string =>
  `${path.join('.')} is ${String(has)}, the drives answer with ${String(found)}`;

/** The folder's name, as far as it can be an id. */
function siteName(path: string): string {
  const name = basename(dirname(path))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? 'site' : name;
}

/** In one step, so that nobody ever reads half a file. */
function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, text, { mode: existsSync(path) ? statSync(path).mode : 0o644 });
    renameSync(fresh, path);
  } catch (error) {
    throw new CommandFailure(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
