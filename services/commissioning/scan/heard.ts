import { answerLength, hasGoodCrc } from '../../../drivers/modbus/framing/index.ts';

/** What came back after one question. */
export type Heard =
  | { readonly kind: 'silence' }
  | { readonly kind: 'answer'; readonly words: readonly number[] }
  | { readonly kind: 'exception'; readonly code: number }
  /** More than one whole answer to one question: two drives have one address. */
  | { readonly kind: 'two-answers' }
  /** A whole answer of somebody who was not asked: late, or a stranger. */
  | { readonly kind: 'other-unit'; readonly unit: number }
  /** Bytes that make no frame. */
  | { readonly kind: 'garbage'; readonly bytes: number };

export interface Exchange {
  readonly request: Uint8Array;
  /** Everything that came until the line was silent again. */
  readonly received: Uint8Array;
}

/** Whether the adapter sent our own question back first. */
export function beginsWithEcho({ request, received }: Exchange): boolean {
  return received.length >= request.length && request.every((byte, index) => received[index] === byte);
}

/**
 * Bytes to words. The line engine has judged the answer already and refuses all but the good one; this says what the
 * others were, which is the news in a search. Pure.
 */
export function hear(exchange: Exchange): Heard {
  const { request, received } = exchange;
  const bytes = beginsWithEcho(exchange) ? received.subarray(request.length) : received;
  if (bytes.length === 0) return { kind: 'silence' };
  const frames = wholeFrames(bytes);
  const unit = request[0] ?? 0;
  const [frame] = frames ?? [];
  if (frames === null || frame === undefined) return { kind: 'garbage', bytes: bytes.length };
  const ownAnswers = frames.filter((one) => one[0] === unit);
  if (ownAnswers.length > 1) return { kind: 'two-answers' };
  const [own] = ownAnswers;
  return own === undefined ? { kind: 'other-unit', unit: frame[0] ?? 0 } : wordsIn(own, request);
}

function wordsIn(frame: Uint8Array, request: Uint8Array): Heard {
  const functionCode = frame[1] ?? 0;
  // One maker answers every refused read with function 0x81.
  if (functionCode > 0x80) return { kind: 'exception', code: frame[2] ?? 0 };
  if (functionCode !== request[1]) return { kind: 'garbage', bytes: frame.length };
  const words = Array.from({ length: (frame[2] ?? 0) >> 1 }, (_, index) => wordAt(frame, 3 + 2 * index));
  return { kind: 'answer', words };
}

/** The bytes as frames with good CRCs and nothing between them; null when they are not. */
function wholeFrames(bytes: Uint8Array): readonly Uint8Array[] | null {
  const frames: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const length = answerLength(bytes, from);
    if (typeof length !== 'number' || from + length > bytes.length) return null;
    if (!hasGoodCrc(bytes, from, from + length)) return null;
    frames.push(bytes.subarray(from, from + length));
    from += length;
  }
  return frames;
}

const wordAt = (bytes: Uint8Array, index: number): number => ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);

/** Somebody is there, whatever he said. */
export const isSomebody = ({ kind }: Heard): boolean => kind === 'answer' || kind === 'exception';

/** What answers of two at once look like. */
export const isDoubtful = ({ kind }: Heard): boolean => kind === 'garbage' || kind === 'two-answers';
