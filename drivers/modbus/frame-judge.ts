import type { Expectation, Span, Verdict } from './codec.ts';
import { CRC_LENGTH, hasGoodCrc } from './framing/index.ts';

/** What every frame with a CRC behind it is asked first. */
export function judgeLengthAndCrc(bytes: Uint8Array, { from, to }: Span, length: number): Verdict {
  if (to - from < length) return 'more';
  if (to - from > length) return 'extra bytes';
  return hasGoodCrc(bytes, from, to) ? 'good' : 'bad CRC';
}

/** The answer to a raw request that brings its own rule. */
export function judgeByRule(bytes: Uint8Array, span: Span, { answerLength, matches }: Expectation): Verdict {
  const verdict = judgeLengthAndCrc(bytes, span, answerLength);
  if (verdict !== 'good') return verdict;
  return matches?.(bytes.subarray(span.from, span.to - CRC_LENGTH)) === false ? 'wrong function' : 'good';
}
