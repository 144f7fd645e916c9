import type { OpenPort } from '../../../drivers/transport/index.ts';

/** A request as it left, without CRC or MBAP header: unit, function code, rest. */
export interface SeenFrame {
  readonly pdu: Buffer;
  /** CLOCK_MONOTONIC, the same in every process of the machine. */
  readonly sentAtNs: bigint;
  /** When the first bytes of its answer came, and when the engine had been told of them. */
  arrivedAtNs: bigint | null;
  answeredAtNs: bigint | null;
}

export interface Tap {
  readonly open: OpenPort;
  /** Called for each request just before its first byte leaves. */
  onSend: (frame: SeenFrame) => void;
  /** Called for each request as soon as the first bytes of its answer are there. */
  onAnswer: (frame: SeenFrame) => void;
}

/** Sees what passes a port without touching it; costs three clock readings a request. */
export function tapPort(open: OpenPort, framing: 'rtu' | 'mbap'): Tap {
  let last: SeenFrame | null = null;
  const tap: Tap = {
    onSend: () => undefined,
    onAnswer: () => undefined,
    async open(listener, signal) {
      const port = await open(
        {
          bytes(chunk) {
            const asked = last;
            const arrivedAtNs = process.hrtime.bigint();
            // the engine may send its next request while it is told of this answer
            listener.bytes(chunk);
            if (asked === null || asked.answeredAtNs !== null) return;
            asked.arrivedAtNs = arrivedAtNs;
            asked.answeredAtNs = process.hrtime.bigint();
            tap.onAnswer(asked);
          },
          lost: (error) => listener.lost(error),
        },
        signal,
      );
      return {
        name: port.name,
        write(bytes) {
          const pdu = framing === 'mbap' ? bytes.subarray(6) : bytes.subarray(0, -2);
          last = { pdu: Buffer.from(pdu), sentAtNs: process.hrtime.bigint(), arrivedAtNs: null, answeredAtNs: null };
          tap.onSend(last);
          port.write(bytes);
        },
        close: async () => port.close(),
      };
    },
  };
  return tap;
}
