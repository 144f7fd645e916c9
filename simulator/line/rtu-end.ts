import type { Clock } from '../../drivers/base/index.ts';
import { silentGapMs } from '../../drivers/modbus/framing/index.ts';
import { createRequestSplitter } from './request-splitter.ts';
import type { VirtualLine } from './virtual-line.ts';

/** The end of a line that speaks RTU: bytes of a master in, bytes for him out. */
export interface RtuEnd {
  receive(chunk: Uint8Array): void;
}

export function createRtuEnd(line: VirtualLine, clock: Clock, deliver: (bytes: Uint8Array) => void): RtuEnd {
  const splitter = createRequestSplitter(silentGapMs(line.serial), (frame, firstByteMs) =>
    line.take({ frame, firstByteMs, deliver }),
  );
  return { receive: (chunk) => splitter.push(chunk, clock.nowMs()) };
}
