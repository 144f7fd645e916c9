import type { Profile, SignalName } from '../../../drivers/profile/index.ts';
import type { FrameEntry, LedgerEntry } from '../../../simulator/index.ts';
import type { DriveConfig } from '../../../config/index.ts';
import { Senders, type FrameReader, type Known, type Meaning, type Trigger } from './trigger.ts';
import { TwinReader } from './twin-frames.ts';

export interface Frames {
  readonly triggers: readonly Trigger[];
  /** `seq` of frames that can only slow a drive down or switch it. */
  readonly harmless: ReadonlySet<number>;
  /** "Go now" once more, although nothing has been written since: no edge, so nothing moves, but nobody looked either. */
  readonly repeated: readonly FrameEntry[];
  /** What put power on both motors of a unit, once for each of them. */
  readonly enabling: readonly { readonly atMs: number; readonly drive: string }[];
}

const START = 0x10;
const RELATIVE = 0x40;
const HALT = 0x100;
/** Bits 0 to 3 of "enable operation": without one of them the drive brakes or is off. */
const ENABLED = 0x0f;
const HOMING_MODE = 6;

/** Reads the frames that drives took, as what they meant to the drive. */
export function readFrames(entries: readonly LedgerEntry[], evidence: Known): Frames {
  const triggers: Trigger[] = [];
  const harmless = new Set<number>();
  const repeated: FrameEntry[] = [];
  const enabling: { atMs: number; drive: string }[] = [];
  const readers = evidence.drives.map((config) => ({ drive: config.id, reader: readerFor(config, evidence) }));
  for (const entry of entries) {
    if (entry.kind !== 'frame' || entry.values === null || entry.exception !== 0) continue;
    for (const { drive, reader } of readers) {
      const meaning = reader.take(entry);
      if (meaning === 'harmless') harmless.add(entry.seq);
      else if (meaning === 'repeated') repeated.push(entry);
      else if (meaning === 'enabling') enabling.push({ atMs: entry.atMs, drive });
      else if (meaning !== null) triggers.push(meaning);
    }
  }
  return { triggers, harmless, repeated, enabling };
}

const readerFor = (config: DriveConfig, evidence: Known): FrameReader =>
  config.profile.twinAxis === undefined ? new ReferenceReader(config, evidence) : new TwinReader(config, evidence);

/** In the words of the reference map. */
class ReferenceReader implements FrameReader {
  readonly #config: DriveConfig;
  readonly #reboots: number[];
  readonly #senders: Senders;
  readonly #words = new Map<number, number>();
  readonly #canBeArmed: boolean;

  constructor(config: DriveConfig, evidence: Known) {
    this.#config = config;
    this.#canBeArmed = config.profile.registers.groupTrigger !== undefined;
    this.#reboots = [...evidence.blows('rebooted', config.id)];
    this.#senders = new Senders(config, evidence);
  }

  take(frame: FrameEntry): Meaning {
    // a broadcast stands there once for each drive that took it
    if (frame.drive !== this.#config.id) return null;
    this.#forgetAtReboot(frame.atMs);
    const before = this.#value('controlword');
    const wasArmed = this.#canBeArmed ? this.#value('armGroup') : 0;
    frame.values?.forEach((word, index) => this.#words.set(frame.address + index, word));
    if (this.#canBeArmed && this.#covers(frame, 'groupTrigger')) {
      const group = this.#value('groupTrigger');
      if (group === 0 || group !== wasArmed) return null;
      this.#words.set(this.#address('armGroup'), 0);
      return this.#trigger(frame, 'group');
    }
    if (!this.#covers(frame, 'controlword')) return null;
    const now = this.#value('controlword');
    if ((now & HALT) !== 0 || (now & ENABLED) !== ENABLED) return 'harmless';
    if ((now & START) === 0) return null;
    if ((before & START) !== 0) return 'repeated';
    if (this.#value('modeOfOperation') === HOMING_MODE) return this.#trigger(frame, 'homing');
    // switched off since it was told where to go, it has forgotten that and is without power: if it moves all the same,
    // a frame that is no trigger has moved it
    if (!this.#words.has(this.#address('targetPosition'))) return null;
    return this.#trigger(frame, (now & RELATIVE) === 0 ? 'setpoint' : 'relative');
  }

  #trigger(frame: FrameEntry, kind: Trigger['kind']): Trigger {
    return this.#senders.trigger(frame, {
      kind,
      target: this.#value('targetPosition') | 0,
      velocity: this.#value('profileVelocity'),
      acceleration: this.#value('profileAcceleration'),
      deceleration: this.#value('profileDeceleration'),
    });
  }

  #forgetAtReboot(atMs: number): void {
    while ((this.#reboots[0] ?? Infinity) <= atMs) {
      this.#reboots.shift();
      this.#words.clear();
      this.#words.set(this.#address('modeOfOperation'), 1);
    }
  }

  #address(signal: SignalName): number {
    return registerOf(this.#config.profile, signal).address;
  }

  #covers(frame: FrameEntry, signal: SignalName): boolean {
    const at = this.#address(signal);
    return at >= frame.address && at < frame.address + frame.count;
  }

  /** High word first, as the map says. */
  #value(signal: SignalName): number {
    const { address, type } = registerOf(this.#config.profile, signal);
    const high = this.#words.get(address) ?? 0;
    if (type !== 'i32' && type !== 'u32') return high;
    return (high * 0x1_0000 + (this.#words.get(address + 1) ?? 0)) | 0;
  }
}

function registerOf({ registers }: Profile, signal: SignalName): { readonly address: number; readonly type: string } {
  const register = registers[signal];
  if (register === undefined) throw new Error(`the reference map has no ${signal}`);
  return register;
}
