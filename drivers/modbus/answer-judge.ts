import { EXCEPTION_FLAG, hasGoodCrc } from './framing/index.ts';

/** What the outstanding request accepts as its answer. */
export interface Expectation {
  /** The RTU frame that was sent. */
  readonly request: Uint8Array;
  /** Length of a good answer with CRC. */
  readonly answerLength: number;
  readonly layout: 'read' | 'write' | 'raw';
  /** Raw requests only: replaces the check of unit and function; given the answer without CRC. */
  readonly matches?: ((answer: Uint8Array) => boolean) | undefined;
}

/** `more`: nothing is wrong so far. Everything but `more`, `good` and `exception` makes the frame bad. */
export type Verdict =
  | 'more'
  | 'good'
  | 'exception'
  | 'wrong unit'
  | 'wrong function'
  | 'wrong length'
  | 'wrong echo of address, value or quantity'
  | 'bad CRC'
  | 'extra bytes';

const EXCEPTION_LENGTH = 5;

/**
 * Whether the bytes from `from` up to `to` answer the request: unit, function, exact length, byte count, CRC, and for
 * writes the echoed address with value or quantity. RTU has no transaction id, so nothing less is enough.
 */
export function judge(bytes: Uint8Array, span: { from: number; to: number }, expected: Expectation): Verdict {
  const { from, to } = span;
  if (to === from) return 'more';
  if (expected.matches !== undefined) return judgeWhole(bytes, span, expected);
  if (bytes[from] !== expected.request[0]) return 'wrong unit';
  return to - from < 2 ? 'more' : judgeFunction(bytes, span, expected);
}

function judgeFunction(bytes: Uint8Array, span: { from: number; to: number }, expected: Expectation): Verdict {
  const functionCode = bytes[span.from + 1] ?? 0;
  const asked = expected.request[1] ?? 0;
  // Vendors use function codes above 0x80 as well: only one that was not asked for is an exception.
  if (functionCode !== asked && functionCode === (asked | EXCEPTION_FLAG)) {
    const verdict = whole(bytes, span, EXCEPTION_LENGTH);
    return verdict === 'good' ? 'exception' : verdict;
  }
  if (functionCode !== asked) return 'wrong function';
  if (expected.layout === 'read' && !countsAsAsked(bytes, span, expected.answerLength)) return 'wrong length';
  return judgeWhole(bytes, span, expected);
}

/** The byte count of a read's answer, once it has come. */
function countsAsAsked(bytes: Uint8Array, { from, to }: { from: number; to: number }, answerLength: number): boolean {
  return to - from < 3 || bytes[from + 2] === answerLength - EXCEPTION_LENGTH;
}

function judgeWhole(bytes: Uint8Array, span: { from: number; to: number }, expected: Expectation): Verdict {
  const verdict = whole(bytes, span, expected.answerLength);
  if (verdict !== 'good') return verdict;
  if (expected.layout === 'write' && !echoes(bytes, span.from, expected.request)) {
    return 'wrong echo of address, value or quantity';
  }
  if (expected.matches?.(bytes.subarray(span.from, span.to - 2)) === false) return 'wrong function';
  return 'good';
}

function whole(bytes: Uint8Array, { from, to }: { from: number; to: number }, length: number): Verdict {
  if (to - from < length) return 'more';
  if (to - from > length) return 'extra bytes';
  return hasGoodCrc(bytes, from, to) ? 'good' : 'bad CRC';
}

/** FC 6 repeats address and value, FC 16 address and quantity: bytes 2 to 5 of the request. */
function echoes(bytes: Uint8Array, from: number, request: Uint8Array): boolean {
  for (let index = 2; index < 6; index++) if (bytes[from + index] !== request[index]) return false;
  return true;
}
