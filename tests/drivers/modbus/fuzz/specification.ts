// What the Modbus specifications say, written down a second time for the fuzz test: it shares no code with the drivers, so
// that a mistake of theirs cannot hide behind itself. Modbus Application Protocol V1.1b3 (chapter 6, 7), Modbus over Serial
// Line V1.02 (2.5.1, 6.2.2), Modbus Messaging on TCP/IP V1.0b (3.1.3).

/** A request that a line can be asked for, by its fields. */
export interface AskedFor {
  readonly unit: number;
  readonly functionCode: 3 | 4 | 6 | 16;
  readonly address: number;
  /** Of a read. */
  readonly count: number;
  /** Of a write. */
  readonly values: readonly number[];
  readonly refusals: 'standard' | 'marker' | 'always-81';
  /** Exception 8 means that the request came garbled. */
  readonly saysBadCrc: boolean;
}

/** What a frame means to who asked. */
export type Meaning =
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'marked refusal' }
  | { readonly kind: 'request came garbled' }
  | { readonly kind: 'nothing' };

const NOTHING: Meaning = { kind: 'nothing' };

/** CRC-16, bit by bit as the appendix draws it. */
export function crcOf(bytes: ArrayLike<number>, length = bytes.length): number {
  let register = 0xffff;
  for (let at = 0; at < length; at++) {
    register ^= bytes[at]!;
    for (let shift = 0; shift < 8; shift++) {
      const fallsOut = register & 1;
      register >>= 1;
      if (fallsOut === 1) register ^= 0xa001;
    }
  }
  return register;
}

/** The bytes with their CRC behind them, low byte first. */
export function closed(bytes: readonly number[]): number[] {
  const crc = crcOf(bytes);
  const frame = bytes.slice();
  frame.push(crc % 256, crc >> 8);
  return frame;
}

export function isClosed(bytes: ArrayLike<number>): boolean {
  if (bytes.length < 3) return false;
  const crc = crcOf(bytes, bytes.length - 2);
  return bytes[bytes.length - 2] === crc % 256 && bytes[bytes.length - 1] === crc >> 8;
}

/** 16-bit words as bytes, high byte first, behind the others. */
function withWords(bytes: number[], words: readonly number[]): number[] {
  for (const word of words) bytes.push(word >> 8, word % 256);
  return bytes;
}

const isRead = (asked: AskedFor): boolean => asked.functionCode <= 4;

/** The request as a serial line carries it. */
export function requestFrame(asked: AskedFor): number[] {
  const { address, count, values } = asked;
  const head = [asked.unit, asked.functionCode];
  if (isRead(asked)) return closed(withWords(head, [address, count]));
  if (asked.functionCode === 6) return closed(withWords(head, [address, values[0]!]));
  withWords(head, [address, values.length]).push(2 * values.length);
  return closed(withWords(head, values));
}

/** The answer of a unit that does as asked; `registers` are what a read finds. */
export function answerFrame(asked: AskedFor, registers: readonly number[]): number[] {
  const { unit, functionCode, address, values } = asked;
  if (isRead(asked)) return closed(withWords([unit, functionCode, 2 * registers.length], registers));
  return closed(withWords([unit, functionCode], [address, functionCode === 6 ? values[0]! : values.length]));
}

/** What the whole of these bytes means as the answer. */
export function meaningOf(frame: ArrayLike<number>, asked: AskedFor): Meaning {
  const meaning = meaningByLayout(frame, asked);
  return meaning !== NOTHING && isClosed(frame) ? meaning : NOTHING;
}

function meaningByLayout(frame: ArrayLike<number>, asked: AskedFor): Meaning {
  if (frame[0] !== asked.unit) return NOTHING;
  if (frame[1] === asked.functionCode) return isRead(asked) ? readAnswer(frame, asked) : writeAnswer(frame, asked);
  const isRefusal =
    frame[1] === 128 + asked.functionCode || (asked.refusals === 'always-81' && isRead(asked) && frame[1] === 0x81);
  if (!isRefusal || frame.length !== 5) return NOTHING;
  return asked.saysBadCrc && frame[2] === 8 ? { kind: 'request came garbled' } : { kind: 'exception', code: frame[2]! };
}

function readAnswer(frame: ArrayLike<number>, { count }: AskedFor): Meaning {
  if (frame[2] !== 2 * count || frame.length !== 5 + 2 * count) return NOTHING;
  return { kind: 'values', values: Array.from({ length: count }, (_, at) => wordIn(frame, 3 + 2 * at)) };
}

function writeAnswer(frame: ArrayLike<number>, asked: AskedFor): Meaning {
  if (frame.length !== 8 || wordIn(frame, 2) !== asked.address) return NOTHING;
  const [expected, marker] = asked.functionCode === 6 ? [asked.values[0], 0xffff] : [asked.values.length, 0];
  if (wordIn(frame, 4) === expected) return { kind: 'values', values: [] };
  return asked.refusals === 'marker' && wordIn(frame, 4) === marker ? { kind: 'marked refusal' } : NOTHING;
}

const wordIn = (bytes: ArrayLike<number>, at: number): number => 256 * bytes[at]! + bytes[at + 1]!;

/** PDU lengths of chapter 6: fixed, or a part whose last byte counts what follows. */
const requestPdus: Readonly<Record<number, readonly [fixed: number, countedBy?: 'its last byte']>> = {
  1: [5],
  2: [5],
  3: [5],
  4: [5],
  5: [5],
  6: [5],
  8: [5],
  15: [6, 'its last byte'],
  16: [6, 'its last byte'],
  22: [7],
  23: [10, 'its last byte'],
};
const answerPdus: typeof requestPdus = {
  1: [2, 'its last byte'],
  2: [2, 'its last byte'],
  3: [2, 'its last byte'],
  4: [2, 'its last byte'],
  5: [5],
  6: [5],
  8: [5],
  15: [5],
  16: [5],
  22: [7],
  23: [2, 'its last byte'],
};

/** How long the frame on a serial line is that these bytes begin; null when they are too few, NaN when nobody can know. */
export function lengthOf(what: 'request' | 'answer', bytes: ArrayLike<number>): number | null {
  if (bytes.length < 2) return null;
  const functionCode = bytes[1]!;
  if (what === 'answer' && functionCode >= 128) return 1 + 2 + 2;
  const pdu = (what === 'request' ? requestPdus : answerPdus)[functionCode];
  if (pdu === undefined) return Number.NaN;
  const [fixed, counted] = pdu;
  if (counted === undefined) return 1 + fixed + 2;
  return bytes.length > fixed ? 1 + fixed + bytes[fixed]! + 2 : null;
}

/** A message on TCP: transaction, unit and PDU. */
export interface TcpMessage {
  readonly transaction: number;
  readonly body: readonly number[];
}

export function tcpMessage({ transaction, body }: TcpMessage): number[] {
  return withWords([], [transaction, 0, body.length]).concat(body);
}

/** All messages of a stream, up to where it stops to be Modbus. */
export function tcpMessages(stream: readonly number[]): {
  readonly messages: readonly TcpMessage[];
  readonly ends: boolean;
} {
  const messages: TcpMessage[] = [];
  let at = 0;
  while (stream.length - at >= 6) {
    const length = wordIn(stream, at + 4);
    if (wordIn(stream, at + 2) !== 0 || length < 2 || length > 254) return { messages, ends: true };
    if (stream.length - at < 6 + length) break;
    messages.push({ transaction: wordIn(stream, at), body: stream.slice(at + 6, at + 6 + length) });
    at += 6 + length;
  }
  return { messages, ends: false };
}
