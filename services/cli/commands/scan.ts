import { systemClock } from '../../../drivers/base/index.ts';
import type { Site } from '../../../config/index.ts';
import type { ScanEvent, ScanRequest, SerialSettings } from '../../contracts/index.ts';
import {
  parseSerial,
  parseUnits,
  planTasks,
  runScan,
  type ScanOutcome,
  type TaskPlan,
} from '../../commissioning/index.ts';
import { CommandFailure } from '../failure.ts';
import { profilesFor } from '../known-profiles.ts';
import { onInterrupt } from '../interrupt.ts';
import { readSite } from '../read-site.ts';
import { beginText, endText, findingText, foundText, mustBeMended, progressText } from '../scan-words.ts';
import { createScreen } from '../screen.ts';
import { writeFound } from '../write-found.ts';

export interface ScanCommandOptions {
  readonly units?: string;
  readonly serial?: readonly string[];
  readonly profile?: readonly string[];
  readonly site?: string;
  readonly spareLines?: true;
  readonly write?: string;
  readonly yes?: true;
  readonly json?: true;
}

type Tell = (event: ScanEvent) => void;

/** `kmotion scan`: exit code 0 only when drives were found and nothing must be mended. */
export async function scan(names: readonly string[], options: ScanCommandOptions): Promise<void> {
  const signal = onInterrupt();
  const site = options.site === undefined ? null : await readSite(options.site);
  const { tasks, leftOut } = await tasksOf(names, options, site);
  const tell = options.json === true ? tellMachines : tellPeople();
  for (const finding of leftOut) tell({ event: 'finding', finding });
  const { report, lines } = await runScan({ tasks, clock: systemClock, signal, tell });
  if (options.write !== undefined) await writeFound(options.write, lines, options);
  else if (options.json !== true && report.yaml !== null) process.stdout.write(`\n${report.yaml}`);
  process.exit(exitCode(report, signal));
}

async function tasksOf(names: readonly string[], options: ScanCommandOptions, site: Site | null): Promise<TaskPlan> {
  const request: ScanRequest = {
    ...(names.length === 0 ? {} : { ports: [...names] }),
    ...(options.units === undefined ? {} : { units: checkedUnits(options.units) }),
    ...(options.serial === undefined ? {} : { serial: options.serial.map(toSerial) }),
  };
  const lines = options.spareLines === true && site !== null ? site.lines.values() : [];
  return planTasks({ request, profiles: profilesFor(options.profile, site), site, lines, clock: systemClock });
}

function checkedUnits(text: string): string {
  if (parseUnits(text) !== null) return text.replaceAll(/\s/g, '');
  throw new CommandFailure(`--units ${text}: expected unit ids from 1 to 247, as 1-247 or 1,7,200`);
}

function toSerial(text: string): SerialSettings {
  const found = parseSerial(text);
  if (found !== null) return found;
  throw new CommandFailure(`--serial ${text}: expected a baud rate, as 115200, or with its format, as 9600-8E1`);
}

function exitCode(report: ScanOutcome['report'], signal: AbortSignal): number {
  if (signal.aborted) return 130;
  return mustBeMended(report) ? 1 : 0;
}

const tellMachines: Tell = (event) => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** Progress goes to standard error, so that the YAML alone can be sent to a file. */
function tellPeople(): Tell {
  const screen = createScreen(process.stderr);
  let found = 0;
  return (event) => {
    switch (event.event) {
      case 'begins':
        return screen.say(beginText(event));
      case 'progress':
        return screen.status(progressText(event.progress, found));
      case 'found':
        found++;
        return screen.say(foundText(event.drive));
      case 'finding':
        return screen.say(findingText(event.finding));
      case 'ended':
        return screen.say(endText(event.report, event.progress));
    }
  };
}
