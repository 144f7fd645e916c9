import type { Clock } from '../../drivers/base/index.ts';
import { silentGapMs } from '../../drivers/modbus/framing/index.ts';
import { createRequestSplitter } from './request-splitter.ts';
import type { VirtualLine } from './virtual-line.ts';

/** The end of a line's wire: bytes of a master in, bytes for him out. */
export interface LineEnd {
  receive(chunk: Uint8Array): void;
}

export function createLineEnd(line: VirtualLine, clock: Clock, deliver: (bytes: Uint8Array) => void): LineEnd {
  const splitter = createRequestSplitter(
    { silentGapMs: silentGapMs(line.serial), framing: line.framing, ears: line },
    (frame, firstByteMs) => line.take({ frame, firstByteMs, deliver }),
  );
  return { receive: (chunk) => splitter.push(chunk, clock.nowMs()) };
}
