import type { Expectation, Span, Verdict } from './codec.ts';
import { judgeByRule, judgeLengthAndCrc } from './frame-judge.ts';
import { EXCEPTION_FLAG } from './framing/index.ts';

const EXCEPTION_LENGTH = 5;

/**
 * Whether the bytes of the span answer the request: unit, function, exact length, byte count, CRC, and for writes the
 * echoed address with value or quantity. RTU has no transaction id, so nothing less is enough.
 */
export function judgeRtu(bytes: Uint8Array, span: Span, expected: Expectation): Verdict {
  const { from, to } = span;
  if (to === from) return 'more';
  if (expected.matches !== undefined) return judgeByRule(bytes, span, expected);
  if (bytes[from] !== expected.request[0]) return 'wrong unit';
  return to - from < 2 ? 'more' : judgeFunction(bytes, span, expected);
}

function judgeFunction(bytes: Uint8Array, span: Span, expected: Expectation): Verdict {
  const functionCode = bytes[span.from + 1] ?? 0;
  const asked = expected.request[1] ?? 0;
  if (functionCode !== asked) {
    if (!isExceptionTo(asked, functionCode, expected)) return 'wrong function';
    const verdict = judgeLengthAndCrc(bytes, span, EXCEPTION_LENGTH);
    return verdict === 'good' ? 'refused' : verdict;
  }
  if (expected.layout === 'read' && !countsAsAsked(bytes, span, expected.answerLength)) return 'wrong length';
  const verdict = judgeLengthAndCrc(bytes, span, expected.answerLength);
  return verdict === 'good' && expected.layout === 'write' ? judgeEcho(bytes, span.from, expected) : verdict;
}

/** Vendors use function codes above 0x80 as well: only one that was not asked for is an exception. */
function isExceptionTo(asked: number, functionCode: number, { refusals }: Expectation): boolean {
  if (functionCode === (asked | EXCEPTION_FLAG)) return true;
  return refusals === 'always-81' && functionCode === 0x81 && (asked === 3 || asked === 4);
}

/** The byte count of a read's answer, once it has come. */
function countsAsAsked(bytes: Uint8Array, { from, to }: Span, answerLength: number): boolean {
  return to - from < 3 || bytes[from + 2] === answerLength - EXCEPTION_LENGTH;
}

/** FC 6 repeats address and value, FC 16 address and quantity: bytes 2 to 5 of the request. */
function judgeEcho(bytes: Uint8Array, from: number, { request, refusals }: Expectation): Verdict {
  const isOfAddress = bytes[from + 2] === request[2] && bytes[from + 3] === request[3];
  if (isOfAddress && bytes[from + 4] === request[4] && bytes[from + 5] === request[5]) return 'good';
  if (refusals === 'marker' && isOfAddress && isMarker(bytes, from)) return 'refused';
  return 'wrong echo of address, value or quantity';
}

/** What some drives answer to a write that they do not carry out: FC 6 with the value 0xFFFF, FC 16 with the quantity 0. */
function isMarker(bytes: Uint8Array, from: number): boolean {
  const marker = bytes[from + 1] === 6 ? 0xff : 0;
  return bytes[from + 4] === marker && bytes[from + 5] === marker;
}
