import { createMbapSplitter, encodeMbap, withCrc } from './framing/index.ts';

export interface WireListener {
  /** Bytes of a frame, whole or in part; whole and with a fresh CRC from TCP. */
  readonly bytes: (chunk: Uint8Array) => void;
  /** A frame that answers nothing outstanding was dropped. */
  readonly stray: () => void;
  /** The stream can never be understood again: the port must be opened anew. */
  readonly garbled: () => void;
}

/** How frames travel. */
export interface Wire {
  /** Late answers can be taken for others, so doubt is followed by silence. */
  readonly needsQuarantine: boolean;
  wrap(frame: Uint8Array): Uint8Array;
  receive(chunk: Uint8Array): void;
  reset(): void;
}

/** As they are: on a serial line, or through a serial server. */
export function bareWire(listener: WireListener): Wire {
  return { needsQuarantine: true, wrap: (frame) => frame, receive: listener.bytes, reset: () => undefined };
}

/** Modbus TCP: the transaction id tells late answers apart, so they are dropped and nothing else happens. */
export function mbapWire(listener: WireListener): Wire {
  let transaction = 0;
  const splitter = createMbapSplitter((message) => {
    if (message.transaction === transaction) listener.bytes(withCrc(message.body));
    else listener.stray();
  });
  return {
    needsQuarantine: false,
    wrap(frame) {
      transaction = (transaction + 1) & 0xffff;
      return encodeMbap(transaction, frame.subarray(0, -2));
    },
    receive(chunk) {
      if (!splitter.push(chunk)) listener.garbled();
    },
    reset: () => splitter.reset(),
  };
}
