import type { Profile } from '../../drivers/profile/index.ts';
import { createFirmware, type Firmware } from '../firmware/index.ts';
import type { Ledger } from '../ledger.ts';
import { type Axis, type AxisEvent, createAxis } from '../plant/axis.ts';
import type { Mechanics } from '../plant/mechanics.ts';
import type { Load } from '../plant/motor.ts';
import { type DriveFaultKind, seenFaults } from './drive-fault.ts';
import { encodeException, encodeReadAnswer, encodeWriteAnswer, parseRequest, type Request } from './pdu.ts';

export interface DriveOptions {
  readonly name: string;
  /** Modbus unit id, 1 to 247. */
  readonly unit: number;
  readonly profile: Profile;
  /** Counts of the drive per axis unit, negative where the axis is inverted; 1 unless told. */
  readonly countsPerUnit?: number | undefined;
  readonly mechanics?: Mechanics | undefined;
  /** Own for each drive, derived from its name unless told. */
  readonly serialNumber?: number | undefined;
}

/** What hangs on the axis; `blockedAt` in axis units as the drive counts now, null for a free way. */
interface LoadChange {
  readonly torque?: number | undefined;
  readonly inertia?: number | undefined;
  readonly blockedAt?: number | null | undefined;
}

/** One drive on a line: takes request bodies, gives answer bodies, and writes both its frames and its motions down. */
export interface VirtualDrive {
  readonly name: string;
  readonly unit: number;
  readonly profile: Profile;
  /** Lives on until `toMs`. */
  advance(toMs: number): void;
  isIdle(): boolean;
  /** Unit and PDU in, the same out; null where it stays silent: booting, or a broadcast. */
  answer(body: Uint8Array, atMs: number): Uint8Array | null;
  injectFault(kind: DriveFaultKind, options: { readonly atMs: number; readonly lagMs?: number | undefined }): void;
  /** Takes every lasting reason away; the drive still needs its fault reset. */
  clearFaults(): void;
  setLoad(change: LoadChange): void;
  /** Shaft and switches as they are, for tests: counts as the drive shows them, counts/s, % of rated. */
  plant(): { readonly position: number; readonly velocity: number; readonly torque: number };
}

const DEFAULT_STATUS_LAG_MS = 50;

export function createVirtualDrive(options: DriveOptions, place: { line: string; ledger: Ledger }): VirtualDrive {
  return new SimulatedDrive(options, place.line, place.ledger);
}

class SimulatedDrive implements VirtualDrive {
  readonly name: string;
  readonly unit: number;
  readonly profile: Profile;
  readonly #countsPerUnit: number;
  readonly #line: string;
  readonly #ledger: Ledger;
  readonly #axis: Axis;
  readonly #firmware: Firmware;

  constructor(options: DriveOptions, line: string, ledger: Ledger) {
    this.name = options.name;
    this.unit = options.unit;
    this.profile = options.profile;
    this.#countsPerUnit = options.countsPerUnit ?? 1;
    this.#line = line;
    this.#ledger = ledger;
    this.#axis = createAxis({
      countsPerRevolution: options.profile.countsPerRevolution,
      mechanics: options.mechanics,
      onEvent: (event) => this.#record(event),
    });
    this.#firmware = createFirmware(options.profile, this.#axis, options.serialNumber ?? serialNumberOf(options.name));
  }

  advance = (toMs: number): void => this.#firmware.advance(toMs);
  isIdle = (): boolean => this.#firmware.isIdle();

  answer(body: Uint8Array, atMs: number): Uint8Array | null {
    this.#firmware.advance(atMs);
    if (this.#firmware.isSilent()) return null;
    const isBroadcast = body[0] === 0;
    if (!isBroadcast) this.#firmware.feedWatchdog(atMs);
    const request = parseRequest(body);
    const answer =
      request.kind === 'refused' ? encodeException(body, request.exception) : this.#obey(request, body, atMs);
    return isBroadcast ? null : answer;
  }

  injectFault(
    kind: DriveFaultKind,
    { atMs, lagMs }: { readonly atMs: number; readonly lagMs?: number | undefined },
  ): void {
    this.#firmware.advance(atMs);
    if (kind === 'reboot') this.#firmware.reboot(atMs);
    if (kind === 'slow-status') this.#firmware.setStatusLag(lagMs ?? DEFAULT_STATUS_LAG_MS);
    if (kind === 'home-switch') this.#axis.setHomeSwitchBroken(true);
    const seen = seenFaults[kind];
    if (seen === undefined) return;
    if (seen.reading !== undefined) this.#firmware.setReading(seen.reading.signal, seen.reading.value);
    this.#firmware.injectFault(seen.code, { atMs, lasts: seen.lasts });
  }

  clearFaults(): void {
    this.#firmware.clearConditions();
    this.#firmware.setReading('temperature', null);
    this.#firmware.setReading('supplyVoltage', null);
    this.#firmware.setStatusLag(0);
    this.#axis.setHomeSwitchBroken(false);
  }

  setLoad({ torque, inertia, blockedAt }: LoadChange): void {
    const load: { -readonly [Key in keyof Load]?: Load[Key] } = {};
    if (torque !== undefined) load.torque = torque;
    if (inertia !== undefined) load.inertia = inertia;
    const wall = blockedAt == null ? blockedAt : blockedAt * this.#countsPerUnit + this.#firmware.zero();
    this.#axis.setLoad(wall === undefined ? load : { ...load, blockedAt: wall });
  }

  plant(): { readonly position: number; readonly velocity: number; readonly torque: number } {
    const { position, velocity } = this.#axis.shaft();
    return { position: position - this.#firmware.zero(), velocity, torque: this.#axis.torque() };
  }

  #obey(request: Request, body: Uint8Array, atMs: number): Uint8Array {
    if (request.kind === 'read') {
      const outcome = this.#firmware.read(request);
      const exception = 'exception' in outcome ? outcome.exception : 0;
      this.#recordFrame({ request, body, atMs, exception });
      return 'words' in outcome ? encodeReadAnswer(body, outcome.words) : encodeException(body, exception);
    }
    const checked = this.#firmware.check(request.address, request.values);
    const exception = 'exception' in checked ? checked.exception : 0;
    const frame = this.#recordFrame({ request, body, atMs, exception });
    if ('exception' in checked) return encodeException(body, exception);
    this.#firmware.apply(checked.writes, { atMs, cause: { by: 'frame', frame } });
    return encodeWriteAnswer(body);
  }

  #recordFrame(frame: { request: Request; body: Uint8Array; atMs: number; exception: number }): number {
    const { request, body, atMs, exception } = frame;
    return this.#ledger.add({
      kind: 'frame',
      atMs,
      line: this.#line,
      drive: this.name,
      unit: body[0] ?? 0,
      functionCode: request.functionCode,
      address: request.address,
      count: request.kind === 'read' ? request.count : request.values.length,
      values: request.kind === 'read' ? null : request.values,
      exception,
    });
  }

  #record(event: AxisEvent): void {
    const zero = this.#firmware.zero();
    const places = { from: event.from - zero, to: event.to - zero };
    this.#ledger.add({ ...event, ...places, line: this.#line, drive: this.name });
  }
}

/** FNV-1a, 32 bit (Fowler, Noll, Vo): the same name gives the same serial number, another name another one. */
function serialNumberOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
