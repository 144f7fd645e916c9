import { CRC_LENGTH, sealWithCrc } from './crc.ts';
import type { FrameLength } from './rtu-frame.ts';

// Dooya RS-485, protocol A4: 55 ID_L ID_H FC ADDR [LEN] [DATA] CRC, with the CRC of Modbus but not its frames.
const DOOYA_START = 0x55;
export const DOOYA_READ = 1;
export const DOOYA_WRITE = 2;
export const DOOYA_CONTROL = 3;
/** Stands in a refusal where a good answer has its data. */
export const DOOYA_REFUSED = 0xff;
/** 55 ID_L ID_H FC ADDR FF CRC. */
export const DOOYA_REFUSAL_LENGTH = 8;

/** Start, two bytes of the address, function code, data address or command. */
const HEAD_LENGTH = 5;
/** Commands that are followed by one byte: a percentage, or the number of a scene (set, run, delete). */
const commandsWithByte: ReadonlySet<number | undefined> = new Set([0x04, 0x09, 0x0a, 0x0b]);

/**
 * @param unit the drive's address with ID_L as its low byte: the bytes 12 34 are unit 0x3412, because a drive keeps
 *   them at its data addresses 00 (ID_L) and 01 (ID_H); 0 is the group of all
 * @param body what follows the function code, without the CRC
 */
export function encodeDooya(unit: number, functionCode: number, body: readonly number[]): Uint8Array {
  const frame = new Uint8Array(HEAD_LENGTH - 1 + body.length + CRC_LENGTH);
  frame.set([DOOYA_START, unit & 0xff, unit >>> 8, functionCode, ...body]);
  return sealWithCrc(frame);
}

/** How long the request is that begins at `from`; a drive has nothing else to frame by. */
export function dooyaRequestLength(bytes: Uint8Array, from = 0, to = bytes.length): FrameLength {
  if (to - from < HEAD_LENGTH + 1) return 'more';
  if (bytes[from] !== DOOYA_START) return 'unknown';
  const body = bodyLength(bytes, from);
  return body === 'unknown' ? body : HEAD_LENGTH + body + CRC_LENGTH;
}

/** Of what stands between the data address or command and the CRC. */
function bodyLength(bytes: Uint8Array, from: number): number | 'unknown' {
  const functionCode = bytes[from + 3];
  if (functionCode === DOOYA_READ) return 1;
  if (functionCode === DOOYA_WRITE) return 1 + (bytes[from + HEAD_LENGTH] ?? 0);
  if (functionCode === DOOYA_CONTROL) return commandsWithByte.has(bytes[from + 4]) ? 1 : 0;
  return 'unknown';
}

/** Length of the good answer that `request` asks for: a read's carries LEN and data, a write's ADDR and LEN, a control's is a copy. */
export function dooyaAnswerLengthFor(request: Uint8Array): number {
  const functionCode = request[3];
  if (functionCode === DOOYA_READ) return HEAD_LENGTH + (request[HEAD_LENGTH] ?? 0) + CRC_LENGTH;
  return functionCode === DOOYA_WRITE ? HEAD_LENGTH + 1 + CRC_LENGTH : request.length;
}
