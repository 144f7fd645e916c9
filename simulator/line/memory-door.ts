import { type Clock, DriverError } from '../../drivers/base/index.ts';
import { createLineEnd } from './line-end.ts';
import type { VirtualLine } from './virtual-line.ts';

/** What the owner of a byte port is told; the same shape as the transport room's. */
interface Listener {
  bytes(chunk: Uint8Array): void;
  lost(error: DriverError): void;
}

interface Port {
  readonly name: string;
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Opens a line without any cable, for sites that live in one process; fits where the transport room opens ports. */
export type OpenMemoryPort = (listener: Listener) => Promise<Port>;

/** Several masters may be attached, as several may hold one cable; each hears only the answers to its own requests. */
export function openMemoryDoor(line: VirtualLine, clock: Clock): OpenMemoryPort {
  const open = new Set<Listener>();
  const name = `simulated line ${line.name}`;
  line.addDoor({
    unplug() {
      const losers = [...open];
      open.clear();
      const error = new DriverError('PORT_LOST', `${name} was unplugged`);
      // through the clock as well: a mishap may strike while its question is still being written
      clock.after(0, () => losers.forEach((listener) => listener.lost(error)));
    },
    plugIn: () => undefined,
  });

  function portOf(listener: Listener): Port {
    const hear = (bytes: Uint8Array): void => void (open.has(listener) && listener.bytes(bytes));
    // through the clock, so that no answer comes while its question is still being written
    const end = createLineEnd(line, clock, (bytes) => void clock.after(0, () => hear(bytes)));
    return {
      name,
      write(bytes) {
        if (!open.has(listener)) throw new DriverError('PORT_LOST', `${name} is not open`);
        end.receive(bytes);
      },
      close() {
        open.delete(listener);
        return Promise.resolve();
      },
    };
  }

  return (listener) => {
    if (!line.isPlugged()) return Promise.reject(new DriverError('PORT_UNAVAILABLE', `${name} is unplugged`));
    open.add(listener);
    return Promise.resolve(portOf(listener));
  };
}
