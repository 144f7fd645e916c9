import { sealWithCrc } from '../../drivers/modbus/framing/index.ts';
import { ILLEGAL_FUNCTION, ILLEGAL_VALUE } from '../firmware/index.ts';
import type { FrameLength } from './frame-length.ts';
import type { Framing, ParsedRequest } from './framing.ts';

// Dooya RS-485, protocol A4: 55 ID_L ID_H FC ADDR [LEN] [DATA] CRC. Data are bytes at addresses up to 0xFF; commands
// stand beside them as on the driver's side: the command 01 is a write to 0x301, with the byte behind it if there is one.
const START = 0x55;
const HEAD_LENGTH = 5;
const CRC_LENGTH = 2;
const READ = 1;
const WRITE = 2;
const CONTROL = 3;
const FIRST_CONTROL = 0x300;
/** Percentage, and the three commands of scenes: one byte follows. */
const commandsWithByte: ReadonlySet<number> = new Set([0x04, 0x09, 0x0a, 0x0b]);
const REFUSED = 0xff;

/** ID_L is the low byte; 0 is the group of all. */
export const dooyaFraming: Framing = {
  requestLength,
  unitOf: (frame) => (frame[1] ?? 0) | ((frame[2] ?? 0) << 8),
  functionOf: (frame) => frame[3] ?? 0,
  parse,
  readAnswer: (body, words) => Uint8Array.of(...body.subarray(0, 4), words.length, ...words.map((word) => word & 0xff)),
  // a write is answered with its address and length, a command with its copy
  writeAnswer: (body) => (body[3] === WRITE ? body.slice(0, HEAD_LENGTH + 1) : body.slice()),
  refusal: (body) => Uint8Array.of(...body.subarray(0, HEAD_LENGTH), REFUSED),
  readdressed(frame, unit) {
    const foreign = frame.slice();
    foreign[1] = unit === undefined ? ((frame[1] ?? 0) % 0xfe) + 1 : unit & 0xff;
    if (unit !== undefined) foreign[2] = unit >>> 8;
    return sealWithCrc(foreign);
  },
};

function requestLength(bytes: Uint8Array, to: number): FrameLength {
  if (to > 0 && bytes[0] !== START) return 'unknown';
  if (to < HEAD_LENGTH + 1) return 'more';
  if (bytes[3] === READ) return HEAD_LENGTH + 1 + CRC_LENGTH;
  if (bytes[3] === WRITE) return HEAD_LENGTH + 1 + (bytes[HEAD_LENGTH] ?? 0) + CRC_LENGTH;
  if (bytes[3] === CONTROL) return HEAD_LENGTH + (commandsWithByte.has(bytes[4] ?? 0) ? 1 : 0) + CRC_LENGTH;
  return 'unknown';
}

function parse(body: Uint8Array): ParsedRequest {
  const functionCode = body[3] ?? 0;
  const address = body[4] ?? 0;
  const rest = body.subarray(HEAD_LENGTH);
  switch (functionCode) {
    case READ:
      return { kind: 'read', functionCode, table: 'holding', address, count: rest[0] ?? 0 };
    case WRITE:
      if (rest[0] !== rest.length - 1) return { kind: 'refused', exception: ILLEGAL_VALUE, why: 'count' };
      return { kind: 'write', functionCode, address, values: [...rest.subarray(1)] };
    case CONTROL:
      return { kind: 'write', functionCode, address: FIRST_CONTROL + address, values: [...rest] };
    default:
      return { kind: 'refused', exception: ILLEGAL_FUNCTION, why: 'function' };
  }
}
