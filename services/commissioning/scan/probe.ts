import {
  planReads,
  polledSignals,
  signalEntries,
  type Profile,
  type SignalName,
} from '../../../drivers/profile/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { sameSerial, serialsOf } from './serial-choice.ts';

/** One read that shows whether somebody is there: an exception is an answer too. */
export interface Probe {
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly count: number;
  /** Longest time to the first byte of the answer, of all drives that it is meant for. */
  readonly turnaroundMs: number;
}

/** What a wire costs does not matter here: one block of one register. */
const ANY_WIRE = { baudRate: 115_200, bitsPerCharacter: 11, transactionMs: 1 };

/** The first register that proves the model, or else of its status: a drive that ignores strange addresses answers its own. */
function probeOf(profile: Profile): Probe | null {
  const { turnaroundMs } = profile.timing;
  const proving = signalEntries(profile.identity.match).map(([signal]) => signal);
  const signal = [...proving, ...polledSignals(profile, 'fast')].find((name) => isReadable(profile, name));
  if (signal === undefined) return null;
  const [block] = planReads(profile, [signal], ANY_WIRE);
  if (block === undefined) return null;
  const { table, address, count } = block;
  return { table: table === 'either' ? 'holding' : table, address, count, turnaroundMs };
}

const isReadable = ({ registers }: Profile, signal: SignalName): boolean =>
  (registers[signal]?.access ?? 'write') !== 'write';

/** How frames are written: one maker has his own. */
export type Framing = Profile['framing'];

interface Place {
  readonly serial: SerialSettings;
  readonly unit: number;
  readonly framing?: Framing;
}

/** The profiles whose drives can sit at this address with these settings; all of that address where none has the settings. */
export function profilesAt(profiles: readonly Profile[], { serial, unit, framing = 'rtu' }: Place): readonly Profile[] {
  const ofUnit = profiles.filter(
    (profile) => profile.framing === framing && unit >= profile.units.least && unit <= profile.units.greatest,
  );
  const ofSerial = ofUnit.filter((profile) => serialsOf(profile).some((known) => sameSerial(known, serial)));
  return ofSerial.length > 0 ? ofSerial : ofUnit;
}

/** The questions of these profiles, each once. */
export function everyProbe(profiles: readonly Profile[]): readonly Probe[] {
  const probes = new Map<string, Probe>();
  for (const probe of profiles.map(probeOf)) {
    if (probe === null) continue;
    const key = `${probe.table} ${probe.address} ${probe.count}`;
    const turnaroundMs = Math.max(probe.turnaroundMs, probes.get(key)?.turnaroundMs ?? 0);
    probes.set(key, { ...probe, turnaroundMs });
  }
  return [...probes.values()];
}

/**
 * As few questions as will do: drives that refuse by Modbus exceptions answer any question, so one serves them all; only
 * those that refuse in another way are each asked for their own register.
 */
export function fewestProbes(profiles: readonly Profile[]): readonly Probe[] {
  const refusing = profiles.filter(({ refusals }) => refusals !== 'marker');
  const own = everyProbe(profiles.filter(({ refusals }) => refusals === 'marker'));
  const [shared] = everyProbe(refusing);
  if (shared === undefined) return own;
  const turnaroundMs = Math.max(...refusing.map(({ timing }) => timing.turnaroundMs));
  return [{ ...shared, turnaroundMs }, ...own.filter((probe) => probe.address !== shared.address)];
}
