import { hasGoodCrc, LONGEST_RTU_FRAME, requestLength } from '../../drivers/modbus/framing/index.ts';

/** Cuts what a master sends into frames. */
export interface RequestSplitter {
  push(chunk: Uint8Array, atMs: number): void;
}

/** Longer than any scheduling hole inside a frame, shorter than any master waits after a failure, ms. */
const LEAST_SILENCE_MS = 5;

/**
 * Frames by length and CRC, because gaps cannot be trusted in user space; a bad CRC throws away what is there, and
 * silence throws away what never became a frame. `frame` is valid only during the call.
 * @param onFrame gets a whole frame with a good CRC and when its first byte came
 */
export function createRequestSplitter(
  silentGapMs: number,
  onFrame: (frame: Uint8Array, firstByteMs: number) => void,
): RequestSplitter {
  const held = new Uint8Array(2 * LONGEST_RTU_FRAME);
  const silenceMs = Math.max(silentGapMs, LEAST_SILENCE_MS);
  let length = 0;
  let firstMs = 0;
  let lastMs = 0;

  function take(atMs: number): boolean {
    const needed = requestLength(held, 0, length);
    if (needed === 'more') return false;
    // a function that nobody knows has no known length: all that came is the frame, or nothing is
    const end = needed === 'unknown' ? length : needed;
    if (length < end) return false;
    if (!hasGoodCrc(held, 0, end)) {
      length = 0;
      return false;
    }
    const frame = held.slice(0, end);
    const startedMs = firstMs;
    held.copyWithin(0, end, length);
    length -= end;
    firstMs = atMs;
    onFrame(frame, startedMs);
    return length > 0;
  }

  return {
    push(chunk, atMs) {
      if (atMs - lastMs > silenceMs) length = 0;
      if (length === 0) firstMs = atMs;
      lastMs = atMs;
      if (length + chunk.length > held.length) length = 0;
      else {
        held.set(chunk, length);
        length += chunk.length;
        while (take(atMs));
      }
    },
  };
}
