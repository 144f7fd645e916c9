/** CRC-16/MODBUS: reflected polynomial 0xA001, start 0xFFFF, low byte first on the wire (Modbus over Serial Line V1.02, 6.2.2). */
const POLYNOMIAL = 0xa001;
const START = 0xffff;

/** Bytes of a CRC at the end of a frame. */
export const CRC_LENGTH = 2;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The CRC of `bytes` from index `from` up to, not including, `to`. */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = START;
  for (let index = from; index < to; index++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** Fills the last two bytes of `frame` with the CRC of the others, and gives the frame back. */
export function sealWithCrc(frame: Uint8Array): Uint8Array {
  const end = frame.length - CRC_LENGTH;
  const crc = crc16(frame, 0, end);
  frame[end] = crc & 0xff;
  frame[end + 1] = crc >>> 8;
  return frame;
}

/** A copy of `body` with its CRC behind it. */
export function withCrc(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + CRC_LENGTH);
  frame.set(body);
  return sealWithCrc(frame);
}

/** Whether the bytes from `from` up to `to` end with the CRC of those before. */
export function hasGoodCrc(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  const end = to - CRC_LENGTH;
  if (end <= from) return false;
  const crc = crc16(bytes, from, end);
  return bytes[end] === (crc & 0xff) && bytes[end + 1] === crc >>> 8;
}
