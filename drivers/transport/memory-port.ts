import { DriverError, type Clock } from '../base/index.ts';
import type { BytePort, BytePortListener, OpenPort } from './byte-port.ts';

/** A cable in memory: what one end writes, the other end's listener hears after `latencyMs`. */
export interface MemoryPortPair {
  readonly near: OpenPort;
  readonly far: OpenPort;
  /** Pulls the cable: open ends are lost, bytes under way vanish, opening fails until `plugIn`. */
  unplug(): void;
  plugIn(): void;
}

interface End {
  listener: BytePortListener | undefined;
}

/** Bytes travel through the clock, so that on a virtual clock one order of events is the only one. */
export function memoryPortPair(options: { clock: Clock; latencyMs?: number; name?: string }): MemoryPortPair {
  const { clock, latencyMs = 0, name = 'memory' } = options;
  const near: End = { listener: undefined };
  const far: End = { listener: undefined };
  let plugged = true;

  function opener(own: End, other: End): OpenPort {
    return (listener) => {
      if (!plugged) return Promise.reject(new DriverError('PORT_UNAVAILABLE', `${name} is unplugged; plug it in`));
      if (own.listener) return Promise.reject(new DriverError('PORT_UNAVAILABLE', `${name} is taken by another owner`));
      own.listener = listener;
      return Promise.resolve(endOf(own, other, listener));
    };
  }

  function endOf(own: End, other: End, listener: BytePortListener): BytePort {
    const isOpen = (): boolean => own.listener === listener;
    return {
      name,
      write(bytes) {
        if (!isOpen()) throw new DriverError('PORT_LOST', `${name} is not open`);
        const sent = bytes.slice();
        const receiver = other.listener;
        clock.after(latencyMs, () => {
          if (receiver !== undefined && other.listener === receiver) receiver.bytes(sent);
        });
      },
      close() {
        if (isOpen()) own.listener = undefined;
        return Promise.resolve();
      },
    };
  }

  function unplug(): void {
    plugged = false;
    for (const end of [near, far]) {
      const { listener } = end;
      end.listener = undefined;
      listener?.lost(new DriverError('PORT_LOST', `${name} was unplugged`));
    }
  }

  return { near: opener(near, far), far: opener(far, near), unplug, plugIn: () => void (plugged = true) };
}
