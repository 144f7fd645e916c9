import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { DriveConfig, LineConfig, Site } from '../../../config/index.ts';
import { systemClock } from '../../../drivers/base/index.ts';
import {
  reportText,
  runConformance,
  type ConformanceOptions,
  type ConformanceReport,
  type StepNews,
} from '../../../drivers/conformance/index.ts';
import { createLine, type ModbusLine } from '../../../drivers/modbus/index.ts';
import { isPortOf, knownPort, knownPorts, type KnownPort } from '../../commissioning/index.ts';
import { openPortOf, wireOf } from '../../device/index.ts';
import { askText } from '../ask.ts';
import { CommandFailure } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { readSite } from '../read-site.ts';
import { createScreen } from '../screen.ts';

export interface VerifyOptions {
  readonly site: string;
  /** False for --no-move. */
  readonly move: boolean;
  /** Turns of the motor that may be made without asking; true for any number. */
  readonly yesMove?: true | number;
  readonly report?: string;
  readonly json?: true;
}

/** `kmotion verify`: exit code 0 only when nothing failed. */
export async function verify(name: string, options: VerifyOptions): Promise<void> {
  const site = await readSite(options.site);
  const { drive, line } = placeOf(name, site);
  await refuseTaken(line, options.site);
  const interruption = new AbortController();
  const report = await runConformance({
    profile: drive.profile,
    unit: drive.unit,
    clock: systemClock,
    openLine: () => openLine(line, site),
    serialNumberPin: drive.serialNumber ?? undefined,
    ask: asking(options, interruption),
    observe: observing(options, interruption),
    progress: telling(),
    signal: AbortSignal.any([onInterrupt(), interruption.signal]),
    motionForbidden: motionForbidden(drive, line, options),
  });
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${options.json === true ? JSON.stringify(report) : reportText(report)}\n`);
  process.exit(EXIT_CODES[report.verdict]);
}

const EXIT_CODES: Readonly<Record<ConformanceReport['verdict'], number>> = {
  conforms: 0,
  partial: 0,
  fails: 1,
  interrupted: 130,
};

function placeOf(name: string, site: Site): { readonly drive: DriveConfig; readonly line: LineConfig } {
  const drive = site.drives.get(name);
  const line = drive === undefined ? undefined : site.lines.get(drive.line);
  if (drive !== undefined && line !== undefined) return { drive, line };
  throw new CommandFailure(`${site.file} has no drive ${name}: it has ${[...site.drives.keys()].join(', ')}`);
}

/** @throws CommandFailure with the remedy: a device process and the suite must never speak on one line. */
async function refuseTaken({ id, way }: LineConfig, file: string): Promise<void> {
  if (way.kind === 'simulated' && !existsSync(way.ptyPath))
    throw new CommandFailure(
      `line ${id} is simulated and nobody plays it: run "kmotion simulator ${file}" beside this`,
    );
  const owner = (await portOf(way))?.owner ?? null;
  const simulated = way.kind === 'simulated' ? `, then run "kmotion simulator ${file}" and verify again` : '';
  if (owner?.kind === 'line')
    throw new CommandFailure(
      `line ${id} is in use by its device process: stop the site first (Ctrl-C in "kmotion up")${simulated}`,
    );
  if (owner !== null) throw new CommandFailure(`the port of line ${id} belongs to ${owner.name}: end that first`);
}

async function portOf(way: LineConfig['way']): Promise<KnownPort | undefined> {
  if (way.kind === 'simulated') return knownPort(way.ptyPath);
  if (way.kind !== 'serial') return undefined;
  if ('path' in way.port) return knownPort(way.port.path);
  return (await knownPorts()).find(({ listed }) => isPortOf(way, listed));
}

function openLine(line: LineConfig, site: Site): ModbusLine {
  const drives = [...site.drives.values()].filter((drive) => drive.line === line.id);
  return createLine({
    name: line.id,
    open: openPortOf(line, systemClock),
    clock: systemClock,
    ...wireOf(line, drives),
  });
}

function motionForbidden(drive: DriveConfig, { way }: LineConfig, { move, yesMove }: VerifyOptions): string | null {
  if (!move) return '--no-move was given';
  if (drive.profile.placeholder && !drive.acceptPlaceholder && way.kind !== 'simulated')
    return `profile ${drive.profile.id} is a placeholder: a real drive is moved only with acceptPlaceholder: true`;
  return yesMove !== undefined || process.stdin.isTTY ? null : 'nobody can be asked here: say --yes-move to do it';
}

/** Ctrl-C at a question ends the run, it is not only a no. */
function asking({ yesMove }: VerifyOptions, interruption: AbortController): ConformanceOptions['ask'] {
  return async (question, turns) => {
    if (yesMove !== undefined) return yesMove === true || turns <= yesMove;
    const answer = await answerTo(`${question} [y/N]`, interruption);
    return answer !== null && YES.test(answer);
  };
}

/** Whoever said yes beforehand does not look. */
function observing({ yesMove }: VerifyOptions, interruption: AbortController): ConformanceOptions['observe'] {
  return async (question) => {
    if (yesMove !== undefined) return null;
    const answer = await answerTo(`${question} [y/n, anything else: not seen]`, interruption);
    if (answer === null) return null;
    return YES.test(answer) ? true : NO.test(answer) ? false : null;
  };
}

const YES = /^y(es)?$/i;
const NO = /^no?$/i;

async function answerTo(question: string, interruption: AbortController): Promise<string | null> {
  const answer = await askText(`${question} `, interruption.signal);
  if (answer === null) interruption.abort(new Error('interrupted at a question'));
  return answer?.trim() ?? null;
}

/** Progress goes to standard error, so that the report alone can be sent to a file. */
function telling(): (news: StepNews) => void {
  const screen = createScreen(process.stderr);
  return (news) => {
    if (news.state === 'begins') screen.status(`${news.title} ...`);
    else screen.say(`${news.report.status}: ${news.title}`);
  };
}
