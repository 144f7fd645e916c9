import { hasGoodCrc, LONGEST_RTU_FRAME } from '../../drivers/modbus/framing/index.ts';
import type { Framing } from '../framing/framing.ts';

/** Cuts what a master sends into frames. */
export interface RequestSplitter {
  push(chunk: Uint8Array, atMs: number): void;
}

/** What the drives of a line hear besides good frames. */
export interface Ears {
  /** Some drive answers a frame whose CRC is bad. */
  readonly hearsBadFrames: boolean;
  /** How long the frame of a maker's own is that begins so, null where it is none; null where no drive has such. */
  readonly nativeLength: ((bytes: Uint8Array) => number | 'more' | null) | null;
}

interface SplitterParts {
  readonly silentGapMs: number;
  readonly framing: Framing;
  readonly ears: Ears;
}

/** Longer than any scheduling hole inside a frame, shorter than any master waits after a failure, ms. */
const LEAST_SILENCE_MS = 5;

/**
 * Frames by length and CRC, because gaps cannot be trusted in user space; a bad CRC throws away what is there, and
 * silence throws away what never became a frame. `frame` is valid only during the call.
 * @param onFrame gets a whole frame and when its first byte came; one with a bad CRC only where somebody hears it
 */
export function createRequestSplitter(
  { silentGapMs, framing, ears }: SplitterParts,
  onFrame: (frame: Uint8Array, firstByteMs: number) => void,
): RequestSplitter {
  const held = new Uint8Array(2 * LONGEST_RTU_FRAME);
  const silenceMs = Math.max(silentGapMs, LEAST_SILENCE_MS);
  let length = 0;
  let firstMs = 0;
  let lastMs = 0;

  /** Where the frame at hand ends; null while it has not come whole, or when what is there was thrown away. */
  function frameEnd(): number | null {
    const native = ears.nativeLength?.(held.subarray(0, length)) ?? null;
    const needed = native ?? framing.requestLength(held, length);
    // a function that nobody knows has no known length: all that came is the frame, or nothing is
    const end = needed === 'unknown' ? length : needed;
    if (end === 'more' || length < end) return null;
    if (native !== null || hasGoodCrc(held, 0, end)) return end;
    throwAway(needed === 'unknown' ? 0 : end);
    return null;
  }

  /** What cannot be trusted goes, with all that came behind it; its first bytes only to drives that answer such. */
  function throwAway(frameLength: number): void {
    const bad = held.slice(0, frameLength);
    length = 0;
    if (ears.hearsBadFrames && frameLength > 0) onFrame(bad, firstMs);
  }

  function take(atMs: number): boolean {
    const end = frameEnd();
    if (end === null) return false;
    const frame = held.slice(0, end);
    const startedMs = firstMs;
    if (length > end) held.copyWithin(0, end, length);
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
