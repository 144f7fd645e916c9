import { CRC_LENGTH, sealWithCrc } from './crc.ts';

/** Longest RTU frame: unit, 253 bytes of PDU, CRC (Modbus over Serial Line V1.02, 2.5.1). */
export const LONGEST_RTU_FRAME = 256;
/** Most registers of one read (FC 3, 4) and of one write (FC 16): Modbus Application Protocol V1.1b3, 6.3 and 6.12. */
export const MOST_READ_REGISTERS = 125;
export const MOST_WRITTEN_REGISTERS = 123;

/** Added to the function code of a request that is refused. */
export const EXCEPTION_FLAG = 0x80;
const EXCEPTION_LENGTH = 5;
const ECHO_LENGTH = 8;

/** A whole frame's length with CRC; `more` bytes must come before it is known; `unknown` for other function codes. */
export type FrameLength = number | 'more' | 'unknown';

/** FC 3 or 4: unit, function, address, count, CRC. */
export function encodeReadRequest(request: {
  unit: number;
  functionCode: 3 | 4;
  address: number;
  count: number;
}): Uint8Array {
  return encodeWords(request.unit, request.functionCode, [request.address, request.count]);
}

/** FC 6: unit, function, address, value, CRC. Its good answer is the same frame. */
export function encodeWriteSingleRequest(request: { unit: number; address: number; value: number }): Uint8Array {
  return encodeWords(request.unit, 6, [request.address, request.value]);
}

/** FC 16: unit, function, address, count, byte count, values, CRC. */
export function encodeWriteMultipleRequest(request: {
  unit: number;
  address: number;
  values: readonly number[];
}): Uint8Array {
  const { unit, address, values } = request;
  const frame = new Uint8Array(9 + 2 * values.length);
  frame.set([unit, 16, address >>> 8, address & 0xff, values.length >>> 8, values.length & 0xff, 2 * values.length]);
  values.forEach((value, index) => putWord(frame, 7 + 2 * index, value));
  return sealWithCrc(frame);
}

/** How long a frame is by its function code: a fixed length, or a head whose last byte counts the bytes that follow. */
type Layout = { readonly length: number } | { readonly head: number };

const echo: Layout = { length: ECHO_LENGTH };
const requestLayouts: readonly (Layout | undefined)[] = layouts([
  [[1, 2, 3, 4, 5, 6, 8], echo],
  [[15, 16], { head: 7 }],
  [[22], { length: 10 }],
  [[23], { head: 11 }],
]);
const answerLayouts: readonly (Layout | undefined)[] = layouts([
  [[1, 2, 3, 4, 23], { head: 3 }],
  [[5, 6, 8, 15, 16], echo],
  [[22], { length: 10 }],
]);

/** How long the request is that begins at `from`; what a slave frames by, since gaps cannot be trusted in user space. */
export function requestLength(bytes: Uint8Array, from = 0, to = bytes.length): FrameLength {
  if (to - from < 2) return 'more';
  return measure(requestLayouts[bytes[from + 1] ?? 0], bytes.subarray(from, to));
}

/** How long the answer is that begins at `from`, exceptions included. */
export function answerLength(bytes: Uint8Array, from = 0, to = bytes.length): FrameLength {
  if (to - from < 2) return 'more';
  const functionCode = bytes[from + 1] ?? 0;
  if (functionCode >= EXCEPTION_FLAG) return EXCEPTION_LENGTH;
  return measure(answerLayouts[functionCode], bytes.subarray(from, to));
}

/** Length of the good answer that `request` asks for, known before a byte of it has come. */
export function answerLengthFor(request: Uint8Array): number | 'unknown' {
  const functionCode = request[1] ?? 0;
  if (functionCode === 3 || functionCode === 4) return 3 + 2 * wordAt(request, 4) + CRC_LENGTH;
  return functionCode === 5 || functionCode === 6 || functionCode === 15 || functionCode === 16
    ? ECHO_LENGTH
    : 'unknown';
}

/** The big-endian 16-bit word at `index`. */
export function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}

function measure(layout: Layout | undefined, frame: Uint8Array): FrameLength {
  if (layout === undefined) return 'unknown';
  if ('length' in layout) return layout.length;
  const byteCount = frame[layout.head - 1];
  return byteCount === undefined ? 'more' : layout.head + byteCount + CRC_LENGTH;
}

function layouts(rows: readonly [functionCodes: readonly number[], layout: Layout][]): (Layout | undefined)[] {
  const table: (Layout | undefined)[] = Array.from({ length: EXCEPTION_FLAG });
  for (const [functionCodes, layout] of rows) for (const code of functionCodes) table[code] = layout;
  return table;
}

function encodeWords(unit: number, functionCode: number, words: readonly [number, number]): Uint8Array {
  const frame = new Uint8Array(ECHO_LENGTH);
  frame[0] = unit;
  frame[1] = functionCode;
  putWord(frame, 2, words[0]);
  putWord(frame, 4, words[1]);
  return sealWithCrc(frame);
}

function putWord(frame: Uint8Array, index: number, word: number): void {
  frame[index] = word >>> 8;
  frame[index + 1] = word & 0xff;
}
