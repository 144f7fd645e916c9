import type { DriverError } from '../../../drivers/base/index.ts';
import type { BytePort, BytePortListener, OpenPort } from '../../../drivers/transport/index.ts';

/** One open port for many lines, one after the other, and the ear that hears what they do not tell. */
export interface SharedPort {
  readonly name: string;
  /** For the line of one question. */
  readonly open: OpenPort;
  /** Forgets what was heard; gives what came since the last question had ended. */
  listen(): Uint8Array;
  /** What was sent, and everything that came, since `listen`. */
  heard(): { readonly request: Uint8Array; readonly received: Uint8Array };
  /** Why the port is gone; null while it is there. */
  lost(): DriverError | null;
  close(): Promise<void>;
}

const NOTHING = new Uint8Array();
/** Whatever babbles longer than this is no answer. */
const MOST_BYTES = 1024;

/**
 * A fresh line for each question: it knows of no unit that has been silent too often, and proves nothing to itself
 * between two questions, so that the time of a scan can be told beforehand. The port itself is opened once.
 */
export async function openSharedPort(openPort: OpenPort, signal?: AbortSignal): Promise<SharedPort> {
  let listener: BytePortListener | null = null;
  let request: Uint8Array = NOTHING;
  let received: Uint8Array = NOTHING;
  let lost: DriverError | null = null;
  const port = await openPort(
    {
      bytes(chunk) {
        if (received.length < MOST_BYTES) received = joined(received, chunk);
        listener?.bytes(chunk);
      },
      lost(error) {
        lost = error;
        listener?.lost(error);
      },
    },
    signal,
  );
  const view = (own: BytePortListener): BytePort => ({
    name: port.name,
    write(bytes) {
      if (lost !== null) throw lost;
      request = bytes.slice();
      port.write(bytes);
    },
    close() {
      if (listener === own) listener = null;
      return Promise.resolve();
    },
  });
  return {
    name: port.name,
    open(own) {
      if (lost !== null) return Promise.reject(lost);
      listener = own;
      return Promise.resolve(view(own));
    },
    listen() {
      const before = received;
      request = NOTHING;
      received = NOTHING;
      return before;
    },
    heard: () => ({ request, received }),
    lost: () => lost,
    close: async () => port.close(),
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
