import type { Site } from '../../../config/index.ts';
import { systemClock } from '../../../drivers/base/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import {
  changeDrive,
  createPortDesk,
  findAddress,
  isPortOf,
  knownPort,
  knownPorts,
  likelySerials,
  paceOf,
  parseSerial,
  type Address,
  type Change,
  type ChangeOutcome,
  type KnownPort,
  type PortDesk,
} from '../../commissioning/index.ts';
import { askYes } from '../ask.ts';
import { CommandFailure } from '../failure.ts';
import { profilesFor } from '../known-profiles.ts';
import { readSite } from '../read-site.ts';

export interface ChangeCommandOptions {
  readonly site?: string;
  readonly serial?: string;
  readonly profile?: readonly string[];
  readonly yes?: true;
  readonly json?: true;
}

/** Which drive is meant, and what it shall have. */
export interface Asked {
  /** Path of a port, or the name of a line. */
  readonly port: string;
  readonly unit: number;
  readonly change: Change;
}

/** `kmotion set-unit` and `kmotion set-baud`: exit code 0 only when the drive keeps the change. */
export async function change({ port, unit, change: wanted }: Asked, options: ChangeCommandOptions): Promise<void> {
  const site = options.site === undefined ? null : await readSite(options.site);
  const { listed, serial } = await freePort(port, site);
  const profiles = profilesFor(options.profile, site);
  const open = (settings: SerialSettings): ReturnType<typeof openSerial> =>
    openSerial({ path: listed.path, settings, clock: systemClock });
  const desk = createPortDesk({ open, pace: paceOf(listed), clock: systemClock, profiles });
  const serials = settingsOf(options, serial) ?? likelySerials(profiles);
  const at = await addressOf(desk, { unit, serials, port: listed.path });
  const confirm = async (question: string): Promise<boolean> => options.yes === true || confirmed(question);
  const outcome = await changeDrive({ desk, clock: systemClock, at, change: wanted, confirm });
  report(outcome, options);
}

interface ChosenPort {
  readonly listed: KnownPort['listed'];
  /** Of the line, where one was named. */
  readonly serial: SerialSettings | null;
}

/** @throws CommandFailure when somebody has it: a device process reads the drive while it would change */
async function freePort(word: string, site: Site | null): Promise<ChosenPort> {
  const line = site?.lines.get(word);
  const known =
    line === undefined ? await knownPort(word) : (await knownPorts()).find(({ listed }) => isPortOf(line.way, listed));
  if (known === undefined)
    throw new CommandFailure(`the port of line ${word} is not there: plug it in, or kmotion ports`);
  const { listed, owner } = known;
  if (owner === null) return { listed, serial: line?.serial ?? null };
  const who = owner.kind === 'line' ? `line ${owner.name}: stop the site first (Ctrl-C in "kmotion up")` : owner.name;
  throw new CommandFailure(`${listed.path} belongs to ${who}`);
}

function settingsOf({ serial }: ChangeCommandOptions, ofLine: SerialSettings | null): readonly SerialSettings[] | null {
  if (serial === undefined) return ofLine === null ? null : [ofLine];
  const found = parseSerial(serial);
  if (found !== null) return [found];
  throw new CommandFailure(`--serial ${serial}: expected a baud rate, as 115200, or with its format, as 9600-8E1`);
}

async function addressOf(
  desk: PortDesk,
  {
    unit,
    serials,
    port,
  }: { readonly unit: number; readonly serials: readonly SerialSettings[]; readonly port: string },
): Promise<Address> {
  const found = await findAddress(desk, unit, serials);
  if (found !== null) return found;
  throw new CommandFailure(`nobody answers at unit ${unit} of ${port}: kmotion scan ${port} finds who is there`);
}

async function confirmed(question: string): Promise<boolean> {
  if (process.stdin.isTTY) return askYes(question);
  throw new CommandFailure(`${question} Nobody can be asked here: say --yes to do it`);
}

function report(outcome: ChangeOutcome, { json }: ChangeCommandOptions): void {
  const isKept = outcome.status === 'done' || outcome.status === 'after-power-up';
  if (json === true) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  else if (isKept) process.stdout.write(`${outcome.text}\n${counted(outcome.eepromWrites)}\n`);
  if (!isKept) throw new CommandFailure(outcome.text);
  process.exit(0);
}

const counted = (writes: number): string =>
  writes === 0
    ? 'Nothing was written to its EEPROM.'
    : `Its EEPROM was written ${writes} time${writes === 1 ? '' : 's'}.`;
