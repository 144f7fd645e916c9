import { type Clock, seededRandom } from '../drivers/base/index.ts';
import { channelNames } from '../drivers/profile/index.ts';
import type { DriveOptions, VirtualDrive } from './drive/virtual-drive.ts';
import { createVirtualUnit } from './drive/virtual-unit.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { clockTimer, type PreciseTimer } from './line/precise-timer.ts';
import { createVirtualLine, type LineOptions, type VirtualLine } from './line/virtual-line.ts';

export interface VirtualLineOptions extends LineOptions {
  readonly drives: readonly DriveOptions[];
}

export interface VirtualSiteOptions {
  readonly lines: readonly VirtualLineOptions[];
  readonly clock: Clock;
  /** How answers find their instant; the clock's own timers unless told. */
  readonly timer?: PreciseTimer | undefined;
  /** One seed, one history of mishaps. */
  readonly seed?: number | undefined;
}

/** Lines and drives without any door: all that moves, and the ledger of it. */
export interface VirtualSite {
  readonly lines: ReadonlyMap<string, VirtualLine>;
  readonly drives: ReadonlyMap<string, VirtualDrive>;
  /** Read it after `settle`: drives live on only when somebody looks. */
  readonly ledger: Ledger;
  /** Every drive lives on until now. */
  settle(): void;
  /** The line on which a drive hangs; undefined for an unknown drive. */
  lineOf(drive: string): VirtualLine | undefined;
  close(): void;
}

const DEFAULT_SEED = 1;

/**
 * @throws RangeError when two drives share a name, a unit on one line without being its two channels, or a line although
 *   their framings differ; and for a drive with a channel that its profile has not, or without one that it has
 */
export function createVirtualSite(options: VirtualSiteOptions): VirtualSite {
  const { clock, timer = clockTimer(clock), seed = DEFAULT_SEED } = options;
  const ledger = createLedger();
  const lines = new Map<string, VirtualLine>();
  const drives = new Map<string, VirtualDrive>();
  for (const [index, { drives: wanted, ...line }] of options.lines.entries()) {
    refuseContradictions(wanted, drives);
    const units = unitsOf(wanted).map((shared) => createVirtualUnit(shared, { line: line.name, ledger }));
    for (const drive of units.flatMap((unit) => unit.drives)) drives.set(drive.name, drive);
    lines.set(line.name, createVirtualLine(line, units, { clock, timer, random: seededRandom(seed + index) }));
  }
  const all = [...lines.values()];
  return {
    lines,
    drives,
    ledger,
    settle: () => all.forEach((line) => line.settle()),
    lineOf: (drive) => all.find((line) => line.drives.some(({ name }) => name === drive)),
    close: () => all.forEach((line) => line.close()),
  };
}

/** Drives by the unit that they share, in the order in which they were named. */
function unitsOf(drives: readonly DriveOptions[]): readonly (readonly [DriveOptions, ...DriveOptions[]])[] {
  const units = new Map<number, [DriveOptions, ...DriveOptions[]]>();
  for (const drive of drives) {
    const shared = units.get(drive.unit);
    if (shared === undefined) units.set(drive.unit, [drive]);
    else shared.push(drive);
  }
  return [...units.values()];
}

function refuseContradictions(wanted: readonly DriveOptions[], known: ReadonlyMap<string, VirtualDrive>): void {
  for (const drive of wanted) {
    const others = wanted.filter((other) => other !== drive);
    const isTwice = known.has(drive.name) || others.some(({ name }) => name === drive.name);
    if (isTwice) throw new RangeError(`two drives are called ${drive.name}`);
    refuseChannel(drive);
    const neighbour = others.find((other) => other.unit === drive.unit && !areChannels(drive, other));
    if (neighbour !== undefined)
      throw new RangeError(`${drive.name} and ${neighbour.name} both have unit ${drive.unit} on one line`);
    const stranger = others.find(({ profile }) => profile.framing !== drive.profile.framing);
    if (stranger !== undefined)
      throw new RangeError(`${drive.name} and ${stranger.name} cannot share a line: their framings differ`);
  }
}

function refuseChannel({ name, profile, channel = null }: DriveOptions): void {
  const channels = channelNames(profile);
  if (channels.length === 0 ? channel === null : channel !== null && channels.includes(channel)) return;
  const expected = channels.length === 0 ? 'no channel' : `a channel, one of ${channels.join(', ')}`;
  throw new RangeError(`${name} must have ${expected}: so says ${profile.id}`);
}

/** The two axes of one drive unit. */
function areChannels(one: DriveOptions, other: DriveOptions): boolean {
  return one.profile.id === other.profile.id && one.channel != null && one.channel !== (other.channel ?? null);
}
