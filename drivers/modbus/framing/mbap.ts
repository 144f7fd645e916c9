/** Header before each PDU on TCP: transaction, protocol 0, length, unit (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
const HEADER_LENGTH = 7;
const LENGTH_AT = 4;
/** The length field counts the unit and the PDU: at least a function code, at most 253 bytes of PDU. */
const SHORTEST = 2;
const LONGEST = 254;

/** One message: `body` is unit and PDU, as in RTU without the CRC. */
export interface MbapMessage {
  readonly transaction: number;
  readonly body: Uint8Array;
}

/** @param body unit and PDU, 2 to 254 bytes */
export function encodeMbap(transaction: number, body: Uint8Array): Uint8Array {
  if (body.length < SHORTEST || body.length > LONGEST) {
    throw new RangeError(`a Modbus TCP message carries ${SHORTEST} to ${LONGEST} bytes, not ${body.length}`);
  }
  const message = new Uint8Array(HEADER_LENGTH - 1 + body.length);
  message[0] = transaction >>> 8;
  message[1] = transaction & 0xff;
  message[LENGTH_AT] = 0;
  message[LENGTH_AT + 1] = body.length;
  message.set(body, HEADER_LENGTH - 1);
  return message;
}

/** Cuts a stream of bytes into messages, however the network sliced it; holds at most one message. */
export interface MbapSplitter {
  /** Calls `message` for each message that `chunk` completes; false when the stream is not Modbus TCP (any more): close it. */
  push(chunk: Uint8Array): boolean;
  reset(): void;
}

/** The `body` given to `message` is valid only during the call. */
export function createMbapSplitter(message: (message: MbapMessage) => void): MbapSplitter {
  const held = new Uint8Array(HEADER_LENGTH - 1 + LONGEST);
  let length = 0;

  function isModbus(): boolean {
    const announced = (at(LENGTH_AT) << 8) | at(LENGTH_AT + 1);
    return at(2) === 0 && at(3) === 0 && announced >= SHORTEST && announced <= LONGEST;
  }
  const at = (index: number): number => held[index] ?? 0;

  /** How many bytes the message at hand needs as far as that is known. */
  const needed = (): number => (length < HEADER_LENGTH - 1 ? HEADER_LENGTH - 1 : HEADER_LENGTH - 1 + at(LENGTH_AT + 1));

  function push(chunk: Uint8Array): boolean {
    for (let taken = 0; taken < chunk.length;) {
      const step = Math.min(needed() - length, chunk.length - taken);
      held.set(chunk.subarray(taken, taken + step), length);
      length += step;
      taken += step;
      if (length < HEADER_LENGTH - 1) continue;
      if (!isModbus()) return false;
      if (length < needed()) continue;
      const body = held.subarray(HEADER_LENGTH - 1, length);
      length = 0;
      message({ transaction: (at(0) << 8) | at(1), body });
    }
    return true;
  }

  return { push, reset: () => void (length = 0) };
}
