import {
  DOOYA_CONTROL,
  DOOYA_READ,
  DOOYA_REFUSED,
  DOOYA_WRITE,
  dooyaRequestLength,
  sealWithCrc,
} from '../../drivers/modbus/framing/index.ts';
import { ILLEGAL_FUNCTION, ILLEGAL_VALUE } from '../firmware/index.ts';
import type { Framing, ParsedRequest } from './framing.ts';

// Dooya RS-485, protocol A4: 55 ID_L ID_H FC ADDR [LEN] [DATA] CRC. Data are bytes at addresses up to 0xFF; commands
// stand beside them as on the driver's side: the command 01 is a write to 0x301, with the byte behind it if there is one.
const HEAD_LENGTH = 5;
const FIRST_CONTROL = 0x300;

/** ID_L is the low byte; 0 is the group of all. */
export const dooyaFraming: Framing = {
  requestLength: (bytes, to) => dooyaRequestLength(bytes, 0, to),
  unitOf: (frame) => (frame[1] ?? 0) | ((frame[2] ?? 0) << 8),
  functionOf: (frame) => frame[3] ?? 0,
  parse,
  readAnswer: (body, words) => Uint8Array.of(...body.subarray(0, 4), words.length, ...words.map((word) => word & 0xff)),
  // a write is answered with its address and length, a command with its copy
  writeAnswer: (body) => (body[3] === DOOYA_WRITE ? body.slice(0, HEAD_LENGTH + 1) : body.slice()),
  refusal: (body) => Uint8Array.of(...body.subarray(0, HEAD_LENGTH), DOOYA_REFUSED),
  readdressed(frame, unit) {
    const foreign = frame.slice();
    foreign[1] = unit === undefined ? ((frame[1] ?? 0) % 0xfe) + 1 : unit & 0xff;
    if (unit !== undefined) foreign[2] = unit >>> 8;
    return sealWithCrc(foreign);
  },
};

function parse(body: Uint8Array): ParsedRequest {
  const functionCode = body[3] ?? 0;
  const address = body[4] ?? 0;
  const rest = body.subarray(HEAD_LENGTH);
  switch (functionCode) {
    case DOOYA_READ:
      return { kind: 'read', functionCode, table: 'holding', address, count: rest[0] ?? 0 };
    case DOOYA_WRITE:
      if (rest[0] !== rest.length - 1) return { kind: 'refused', exception: ILLEGAL_VALUE, why: 'count' };
      return { kind: 'write', functionCode, address, values: [...rest.subarray(1)] };
    case DOOYA_CONTROL:
      return { kind: 'write', functionCode, address: FIRST_CONTROL + address, values: [...rest] };
    default:
      return { kind: 'refused', exception: ILLEGAL_FUNCTION, why: 'function' };
  }
}
