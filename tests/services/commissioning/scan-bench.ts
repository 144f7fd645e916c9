import { createVirtualClock, seededRandom, type VirtualClock } from '../../../drivers/base/index.ts';
import { channelNames, shippedProfile, type ChannelName, type Profile } from '../../../drivers/profile/index.ts';
import {
  chosenUnits,
  likelyUnits,
  parseUnits,
  planScan,
  runScan,
  type Expected,
} from '../../../services/commissioning/index.ts';
import type { ScanEvent, ScanReport, SerialSettings } from '../../../services/contracts/index.ts';
import {
  createSharedWire,
  createVirtualSite,
  openMemoryWire,
  type FrameEntry,
  type Mishap,
  type SharedWire,
} from '../../../simulator/index.ts';

export const at = (baudRate: number, parity: SerialSettings['parity'] = 'none'): SerialSettings => ({
  baudRate,
  parity,
  stopBits: 1,
});

export interface OnWire {
  readonly unit: number;
  readonly serial: SerialSettings;
  readonly profile?: Profile;
  readonly serialNumber?: number;
}

/** Drives on one pair of wires, on virtual time. */
export interface WireBench {
  readonly clock: VirtualClock;
  readonly wire: SharedWire;
  readonly events: ScanEvent[];
  /** Lets a mishap loose on the line of a drive, by its place in the list. */
  mishap(drive: number, mishap: Mishap): void;
  /** Every frame that a drive has heard. */
  ledger(): readonly FrameEntry[];
  /** Runs a scan to its end. */
  scan(options?: ScanTrial): Promise<ScanReport>;
}

interface ScanTrial {
  readonly settings?: readonly SerialSettings[];
  readonly units?: string;
  readonly expected?: readonly Expected[];
  readonly profiles?: readonly Profile[];
  readonly signal?: AbortSignal;
}

export const reference = shippedProfile('kpower-reference');
const PACE = { adapterLatencyMs: 20 };

export function createWireBench(drives: readonly OnWire[]): WireBench {
  const clock = createVirtualClock();
  const site = createVirtualSite({
    clock,
    lines: drives.map(({ unit, serial, profile = reference, serialNumber = 1 }, index) => ({
      name: `line-${index}`,
      serial,
      paced: true,
      drives: channelsOf(profile).map((channel) => ({
        name: `drive-${index}${channel ?? ''}`,
        unit,
        channel,
        profile: withSerialNumber(profile, serialNumber),
      })),
    })),
  });
  const wire = createSharedWire('/dev/ttyUSB0', [...site.lines.values()], { clock, random: seededRandom(3) });
  const events: ScanEvent[] = [];

  async function scan(trial: ScanTrial = {}): Promise<ScanReport> {
    const { settings = [at(115_200), at(9600)], expected = [], profiles = [reference] } = trial;
    const likely = likelyUnits(
      profiles,
      expected.map(({ unit }) => unit),
    );
    const units = trial.units === undefined ? likely : chosenUnits(parseUnits(trial.units) ?? [], likely);
    const plan = planScan(profiles, { settings, units });
    const open = (serial: SerialSettings): ReturnType<typeof openMemoryWire> => openMemoryWire(wire, serial, clock);
    const task = { port: '/dev/ttyUSB0', open, plan, pace: PACE, expected };
    const life = { ended: false };
    const signal = trial.signal ?? new AbortController().signal;
    const running = runScan({ tasks: [task], clock, signal, tell: (event) => events.push(event) });
    void running.finally(() => (life.ended = true));
    while (!life.ended) await clock.advance(50);
    return (await running).report;
  }
  const ledger = (): readonly FrameEntry[] => site.ledger.entries().filter((entry) => entry.kind === 'frame');
  const mishap = (drive: number, what: Mishap): void => [...site.lines.values()][drive]?.addMishap(what);
  return { clock, wire, events, mishap, ledger, scan };
}

/** A unit with two axes is two drives. */
const channelsOf = (profile: Profile): readonly (ChannelName | null)[] =>
  channelNames(profile).length === 0 ? [null] : channelNames(profile);

const withSerialNumber = (profile: Profile, serialNumber: number): Profile => ({
  ...profile,
  resetValues: { ...profile.resetValues, serialNumber },
});
