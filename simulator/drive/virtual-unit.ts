import { type ChannelName, channelNames, type Profile } from '../../drivers/profile/index.ts';
import { CRC_ERROR, createFirmware, type Firmware, type Refusal } from '../firmware/index.ts';
import { framingOf } from '../framing/framing-of.ts';
import type { Framing, ReadRequest, Request, WriteRequest } from '../framing/framing.ts';
import type { Ledger } from '../ledger.ts';
import { type Axis, type AxisEvent, createAxis } from '../plant/axis.ts';
import { createVirtualDrive, type DriveOptions, type VirtualDrive } from './virtual-drive.ts';

/**
 * What listens to one unit id on a line: a drive, or two drives that share one. Takes request bodies, gives answer
 * bodies, and writes both its frames and its motions down.
 */
export interface VirtualUnit {
  readonly profile: Profile;
  readonly drives: readonly VirtualDrive[];
  /** What it listens to now: commissioning may change it. */
  unit(): number;
  /** Lives on until `toMs`. */
  advance(toMs: number): void;
  isIdle(): boolean;
  /** Unit and PDU in, the same out; null where it stays silent: booting, or a broadcast. */
  answer(body: Uint8Array, atMs: number): Uint8Array | null;
  /** What it says to a frame for it that came with a bad CRC; null for silence. */
  answerBadFrame(body: Uint8Array, atMs: number): Uint8Array | null;
  /** A refusal as this drive words it. */
  refusal(body: Uint8Array, exception: number): Uint8Array;
  /** It has frames of its maker's own, beside those of its framing. */
  readonly hearsNative: boolean;
  /** How long the frame of the maker's own is that begins so; null where it is none. */
  nativeLength(bytes: Uint8Array): number | 'more' | null;
  /** The whole answer to such a frame; null for silence. */
  answerNative(frame: Uint8Array, atMs: number): Uint8Array | null;
}

interface Place {
  readonly line: string;
  readonly ledger: Ledger;
}

/** @param drives of one unit: one, or the channels of a profile that has such */
export function createVirtualUnit(drives: readonly [DriveOptions, ...DriveOptions[]], place: Place): VirtualUnit {
  return new SimulatedUnit(drives, place);
}

class SimulatedUnit implements VirtualUnit {
  readonly profile: Profile;
  readonly drives: readonly VirtualDrive[];
  readonly hearsNative: boolean;
  readonly #name: string;
  readonly #place: Place;
  readonly #framing: Framing;
  readonly #firmware: Firmware;

  constructor(options: readonly [DriveOptions, ...DriveOptions[]], place: Place) {
    const [{ profile, name, unit, serialNumber = serialNumberOf(name) }] = options;
    this.profile = profile;
    this.#name = name;
    this.#place = place;
    this.#framing = framingOf(profile);
    const axes = axesOf(options).map(({ channel, drive }) => ({ channel, axis: this.#createAxis(drive, channel) }));
    this.#firmware = createFirmware({ profile, unit, axes, serialNumber });
    this.hearsNative = this.#firmware.native !== null;
    this.drives = options.map((drive) => {
      const own = axes.find(({ channel }) => channel === (drive.channel ?? null)) as { readonly axis: Axis };
      return createVirtualDrive(drive, { axis: own.axis, firmware: this.#firmware });
    });
  }

  unit = (): number => this.#firmware.unit();
  advance = (toMs: number): void => this.#firmware.advance(toMs);
  isIdle = (): boolean => this.#firmware.isIdle();

  answer(body: Uint8Array, atMs: number): Uint8Array | null {
    this.#firmware.advance(atMs);
    if (this.#firmware.isSilent()) return null;
    const fate = this.#firmware.fate(body, atMs);
    if (fate === null) return null;
    const isBroadcast = this.#framing.unitOf(body) === 0;
    if (!isBroadcast) this.#firmware.feedWatchdog(atMs);
    if (fate !== 'usual') return fate;
    const answer = this.#obey(body, atMs);
    return isBroadcast ? null : answer;
  }

  answerBadFrame(body: Uint8Array, atMs: number): Uint8Array | null {
    this.#firmware.advance(atMs);
    if (this.#firmware.isSilent() || !this.profile.crcErrorException) return null;
    return this.#framing.refusal(body, CRC_ERROR, 'standard');
  }

  refusal = (body: Uint8Array, exception: number): Uint8Array =>
    this.#framing.refusal(body, exception, this.profile.refusals);

  nativeLength = (bytes: Uint8Array): number | 'more' | null => this.#firmware.native?.length(bytes) ?? null;

  answerNative(frame: Uint8Array, atMs: number): Uint8Array | null {
    this.#firmware.advance(atMs);
    return this.#firmware.isSilent() ? null : (this.#firmware.native?.take(frame, atMs) ?? null);
  }

  #createAxis({ profile, mechanics, name }: DriveOptions, channel: ChannelName | null): Axis {
    const { countsPerRevolution } = profile;
    return createAxis({ countsPerRevolution, mechanics, onEvent: (event) => this.#record(event, name, channel) });
  }

  #obey(body: Uint8Array, atMs: number): Uint8Array | null {
    const request = this.#framing.parse(body, this.#firmware);
    if (request.kind === 'refused') return this.#refuse(request, body);
    if (request.kind === 'echo') return body;
    return request.kind === 'read' ? this.#read(request, body, atMs) : this.#write(request, body, atMs);
  }

  #read(request: ReadRequest, body: Uint8Array, atMs: number): Uint8Array | null {
    const outcome = this.#firmware.read(request);
    this.#recordFrame({ request, body, atMs, exception: 'words' in outcome ? 0 : outcome.exception });
    return 'words' in outcome ? this.#framing.readAnswer(body, outcome.words) : this.#refuse(outcome, body);
  }

  #write(request: Exclude<Request, ReadRequest>, body: Uint8Array, atMs: number): Uint8Array | null {
    const { functionCode, address, values } = request;
    const checked = this.#firmware.check({ functionCode, address, words: values }, atMs);
    const exception = 'writes' in checked ? 0 : checked.exception;
    const frame = this.#recordFrame({ request, body, atMs, exception });
    if (!('writes' in checked)) return this.#refuse(checked, body);
    this.#firmware.apply(checked.writes, { atMs, cause: { by: 'frame', frame } });
    if (!('thenRead' in request)) return this.#framing.writeAnswer(body);
    const outcome = this.#firmware.read(request.thenRead);
    return 'words' in outcome ? this.#framing.readAnswer(body, outcome.words) : this.#refuse(outcome, body);
  }

  #refuse({ exception, why }: Refusal, body: Uint8Array): Uint8Array | null {
    const own = this.#firmware.refusal({ exception, why }, body);
    return own === undefined ? this.refusal(body, exception) : own;
  }

  #recordFrame(frame: {
    request: ReadRequest | WriteRequest;
    body: Uint8Array;
    atMs: number;
    exception: number;
  }): number {
    const { request, body, atMs, exception } = frame;
    return this.#place.ledger.add({
      kind: 'frame',
      atMs,
      line: this.#place.line,
      drive: this.#name,
      unit: this.#framing.unitOf(body),
      functionCode: request.functionCode,
      address: request.address,
      count: request.kind === 'read' ? request.count : request.values.length,
      values: request.kind === 'read' ? null : request.values,
      exception,
    });
  }

  #record(event: AxisEvent, drive: string, channel: ChannelName | null): void {
    const zero = this.#firmware.zero(channel);
    const places = { from: event.from - zero, to: event.to - zero };
    this.#place.ledger.add({ ...event, ...places, line: this.#place.line, drive });
  }
}

/** Every axis that the unit has; one that no drive stands for is there all the same, under the name of its neighbour. */
function axesOf(
  options: readonly [DriveOptions, ...DriveOptions[]],
): readonly { readonly channel: ChannelName | null; readonly drive: DriveOptions }[] {
  const [first] = options;
  const channels = channelNames(first.profile);
  if (channels.length === 0) return [{ channel: null, drive: first }];
  return channels.map((channel) => {
    const own = options.find((drive) => drive.channel === channel);
    return { channel, drive: own ?? { ...first, name: `${first.name}:${channel}`, mechanics: undefined } };
  });
}

/** FNV-1a, 32 bit (Fowler, Noll, Vo): the same name gives the same serial number, another name another one. */
function serialNumberOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
