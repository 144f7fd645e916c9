import { type Clock, seededRandom } from '../drivers/base/index.ts';
import { createVirtualDrive, type DriveOptions, type VirtualDrive } from './drive/virtual-drive.ts';
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

/** @throws RangeError when two drives share a name, or a unit on one line */
export function createVirtualSite(options: VirtualSiteOptions): VirtualSite {
  const { clock, timer = clockTimer(clock), seed = DEFAULT_SEED } = options;
  const ledger = createLedger();
  const lines = new Map<string, VirtualLine>();
  const drives = new Map<string, VirtualDrive>();
  for (const [index, { drives: wanted, ...line }] of options.lines.entries()) {
    const made = wanted.map((drive) => createVirtualDrive(drive, { line: line.name, ledger }));
    refuseDoubles(made, drives);
    for (const drive of made) drives.set(drive.name, drive);
    lines.set(line.name, createVirtualLine(line, made, { clock, timer, random: seededRandom(seed + index) }));
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

function refuseDoubles(made: readonly VirtualDrive[], known: ReadonlyMap<string, VirtualDrive>): void {
  for (const drive of made) {
    const isTwice = known.has(drive.name) || made.some((other) => other !== drive && other.name === drive.name);
    if (isTwice) throw new RangeError(`two drives are called ${drive.name}`);
    const neighbour = made.find((other) => other !== drive && other.unit === drive.unit);
    if (neighbour !== undefined)
      throw new RangeError(`${drive.name} and ${neighbour.name} both have unit ${drive.unit} on one line`);
  }
}
