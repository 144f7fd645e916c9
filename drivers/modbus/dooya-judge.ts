import type { Expectation, Span, Verdict } from './codec.ts';
import { judgeByRule, judgeLengthAndCrc } from './frame-judge.ts';
import { DOOYA_CONTROL, DOOYA_READ, DOOYA_REFUSAL_LENGTH, DOOYA_REFUSED, DOOYA_WRITE } from './framing/index.ts';

/** Start, address and function code: what every answer repeats. */
const REPEATED = 4;
/** With these bytes the kinds of answers can be told apart; the shortest has seven. */
const TELLING = 6;

/** Whether the bytes of the span answer the request: start, address, function, exact length, what is repeated, CRC. */
export function judgeDooya(bytes: Uint8Array, span: Span, expected: Expectation): Verdict {
  const { from, to } = span;
  if (expected.matches !== undefined) return judgeByRule(bytes, span, expected);
  for (let index = 0; index < Math.min(to - from, REPEATED); index++) {
    if (bytes[from + index] !== repeatedByte(expected.request, index)) {
      return index === REPEATED - 1 ? 'wrong function' : 'wrong unit';
    }
  }
  if (to - from < TELLING) return 'more';
  if (expected.layout === 'raw') return judgeLengthAndCrc(bytes, span, expected.answerLength);
  return isLikeRefusal(bytes, from, expected.request)
    ? judgeLikeRefusal(bytes, span, expected)
    : judgeLikeGood(bytes, span, expected);
}

/** A new address is written to the group, and answered from the new address. */
function repeatedByte(request: Uint8Array, index: number): number | undefined {
  const isOfGroup = request[1] === 0 && request[2] === 0;
  return isOfGroup && request[3] === DOOYA_WRITE && (index === 1 || index === 2) ? request[5 + index] : request[index];
}

function isLikeRefusal(bytes: Uint8Array, from: number, request: Uint8Array): boolean {
  if (bytes[from + 5] !== DOOYA_REFUSED || bytes[from + 4] !== request[4]) return false;
  // The data of a read follow its LEN, where a refusal has the address: a byte FF may be what was read.
  return request[3] !== DOOYA_READ || bytes[from + 4] !== request[5];
}

function judgeLikeRefusal(bytes: Uint8Array, span: Span, { request }: Expectation): Verdict {
  const length = span.to - span.from;
  if (length === request.length && length < DOOYA_REFUSAL_LENGTH && isCopy(bytes, span.from, request)) {
    // The CRC of a control begins with FF for one address in 256.
    return 'good unless more comes';
  }
  const verdict = judgeLengthAndCrc(bytes, span, DOOYA_REFUSAL_LENGTH);
  return verdict === 'good' ? 'refused' : verdict;
}

function judgeLikeGood(bytes: Uint8Array, span: Span, { request, answerLength }: Expectation): Verdict {
  const { from } = span;
  if (request[3] === DOOYA_READ && bytes[from + 4] !== request[5]) return 'wrong length';
  const verdict = judgeLengthAndCrc(bytes, span, answerLength);
  if (verdict !== 'good' || request[3] === DOOYA_READ) return verdict;
  const isRepeated =
    request[3] === DOOYA_CONTROL
      ? isCopy(bytes, from, request)
      : bytes[from + 4] === request[4] && bytes[from + 5] === request[5];
  return isRepeated ? 'good' : 'wrong echo of address, value or quantity';
}

function isCopy(bytes: Uint8Array, from: number, request: Uint8Array): boolean {
  return request.every((byte, index) => bytes[from + index] === byte);
}
