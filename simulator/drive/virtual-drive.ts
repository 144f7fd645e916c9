import type { ChannelName, Profile } from '../../drivers/profile/index.ts';
import { type DriveFaultKind, faultNatures, type Firmware } from '../firmware/index.ts';
import type { Axis } from '../plant/axis.ts';
import type { Mechanics } from '../plant/mechanics.ts';
import type { Load } from '../plant/motor.ts';

export interface DriveOptions {
  readonly name: string;
  /** Modbus unit id, 1 to 247, or whatever the profile's framing has for addresses. */
  readonly unit: number;
  /** Which of the two axes of its unit it is; only, and always, where the profile has channels. */
  readonly channel?: ChannelName | null | undefined;
  readonly profile: Profile;
  /** Counts of the drive per axis unit, negative where the axis is inverted; 1 unless told. */
  readonly countsPerUnit?: number | undefined;
  readonly mechanics?: Mechanics | undefined;
  /** Own for each drive, derived from its name unless told; of two drives in one unit the first one's. */
  readonly serialNumber?: number | undefined;
}

/** What hangs on the axis; `blockedAt` in axis units as the drive counts now, null for a free way. */
interface LoadChange {
  readonly torque?: number | undefined;
  readonly inertia?: number | undefined;
  readonly blockedAt?: number | null | undefined;
}

/** One drive as whoever stands beside it sees it: its axis, and what can happen to it. Frames are its unit's. */
export interface VirtualDrive {
  readonly name: string;
  readonly unit: number;
  readonly channel: ChannelName | null;
  readonly profile: Profile;
  /** A reboot is its whole unit's. */
  injectFault(kind: DriveFaultKind, options: { readonly atMs: number; readonly lagMs?: number | undefined }): void;
  /** Takes every lasting reason away; the drive still needs its fault reset. */
  clearFaults(): void;
  setLoad(change: LoadChange): void;
  /** Shaft and switches as they are, for tests: counts as the drive shows them, counts/s, % of rated. */
  plant(): { readonly position: number; readonly velocity: number; readonly torque: number };
  /** Memory cells worn since it was made, of its whole unit. */
  eepromWrites(): number;
}

const DEFAULT_STATUS_LAG_MS = 50;

/** @param parts the drive's own axis, and the firmware of its unit */
export function createVirtualDrive(
  options: DriveOptions,
  parts: { readonly axis: Axis; readonly firmware: Firmware },
): VirtualDrive {
  return new SimulatedDrive(options, parts.axis, parts.firmware);
}

class SimulatedDrive implements VirtualDrive {
  readonly name: string;
  readonly channel: ChannelName | null;
  readonly profile: Profile;
  readonly #countsPerUnit: number;
  readonly #axis: Axis;
  readonly #firmware: Firmware;

  constructor(options: DriveOptions, axis: Axis, firmware: Firmware) {
    this.name = options.name;
    this.channel = options.channel ?? null;
    this.profile = options.profile;
    this.#countsPerUnit = options.countsPerUnit ?? 1;
    this.#axis = axis;
    this.#firmware = firmware;
  }

  get unit(): number {
    return this.#firmware.unit();
  }

  eepromWrites = (): number => this.#firmware.eepromWrites();

  injectFault(
    kind: DriveFaultKind,
    { atMs, lagMs }: { readonly atMs: number; readonly lagMs?: number | undefined },
  ): void {
    this.#firmware.advance(atMs);
    if (kind === 'reboot') this.#firmware.reboot(atMs);
    if (kind === 'slow-status') this.#firmware.setStatusLag(lagMs ?? DEFAULT_STATUS_LAG_MS);
    if (kind === 'stop-input') this.#firmware.setStopInput(true);
    if (kind === 'home-switch') this.#axis.setHomeSwitchBroken(true);
    const nature = faultNatures[kind];
    if (nature === undefined) return;
    const { reading, lasts } = nature;
    if (reading !== undefined) this.#firmware.setReading(reading.signal, reading.value, this.channel);
    const code = this.#firmware.faultCode(kind);
    if (code !== null) this.#firmware.injectFault({ code, lasts, channel: this.channel }, atMs);
  }

  clearFaults(): void {
    this.#firmware.clearConditions(this.channel);
    this.#firmware.setReading('temperature', null, this.channel);
    this.#firmware.setReading('supplyVoltage', null, this.channel);
    this.#firmware.setStatusLag(0);
    this.#firmware.setStopInput(false);
    this.#axis.setHomeSwitchBroken(false);
  }

  setLoad({ torque, inertia, blockedAt }: LoadChange): void {
    const load: { -readonly [Key in keyof Load]?: Load[Key] } = {};
    if (torque !== undefined) load.torque = torque;
    if (inertia !== undefined) load.inertia = inertia;
    const wall = blockedAt == null ? blockedAt : blockedAt * this.#countsPerUnit + this.#firmware.zero(this.channel);
    this.#axis.setLoad(wall === undefined ? load : { ...load, blockedAt: wall });
  }

  plant(): { readonly position: number; readonly velocity: number; readonly torque: number } {
    const { position, velocity } = this.#axis.shaft();
    return { position: position - this.#firmware.zero(this.channel), velocity, torque: this.#axis.torque() };
  }
}
