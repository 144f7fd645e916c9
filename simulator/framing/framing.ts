import type { Profile } from '../../drivers/profile/index.ts';
import type { FrameLength } from './frame-length.ts';

/** What a master asks for. Bodies are unit and PDU, without CRC or MBAP header; a `dooya` body is all but the CRC. */
export type Request = ReadRequest | WriteRequest | (WriteRequest & { readonly thenRead: ReadRequest });

export interface ReadRequest {
  readonly kind: 'read';
  readonly functionCode: number;
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly count: number;
}

export interface WriteRequest {
  readonly kind: 'write';
  readonly functionCode: number;
  readonly address: number;
  readonly values: readonly number[];
}

/** Also what needs no register: a request that is no good, and one that only wants its bytes back. */
export type ParsedRequest =
  | Request
  | { readonly kind: 'refused'; readonly exception: number; readonly why: 'function' | 'count' }
  | { readonly kind: 'echo'; readonly functionCode: number };

/** What the drive that is asked knows of frames, beyond the framing. */
export interface FrameSkills {
  functionCodes(): readonly number[];
  /** The words of an FC 16 whose byte count is not twice its quantity; null where the drive does not take such. */
  packed(address: number, quantity: number, bytes: Uint8Array): readonly number[] | null;
}

/** How requests lie on the wire, and how answers do; a frame ends with its CRC in every framing that we know. */
export interface Framing {
  /** Of the request that begins at the first byte, of which `to` bytes have come. */
  requestLength(bytes: Uint8Array, to: number): FrameLength;
  /** 0 is the broadcast. */
  unitOf(frame: Uint8Array): number;
  functionOf(frame: Uint8Array): number;
  /** @param body a frame whose CRC was good, without it */
  parse(body: Uint8Array, skills: FrameSkills): ParsedRequest;
  readAnswer(body: Uint8Array, words: Uint16Array): Uint8Array;
  writeAnswer(body: Uint8Array): Uint8Array;
  refusal(body: Uint8Array, exception: number, style: Profile['refusals']): Uint8Array;
  /** The same frame from another unit, with a CRC that fits it; from the neighbour when none is said. */
  readdressed(frame: Uint8Array, unit: number | undefined): Uint8Array;
}
