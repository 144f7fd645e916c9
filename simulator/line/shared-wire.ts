import { type Clock, DriverError, type Random } from '../../drivers/base/index.ts';
import type { CharacterSettings } from '../../drivers/modbus/framing/index.ts';
import type { OpenMemoryPort } from './memory-door.ts';
import { createLineEnd, type LineEnd } from './line-end.ts';
import type { VirtualLine } from './virtual-line.ts';

/**
 * One pair of wires on which drives of different settings hang, each setting a line of its own, and on which two drives
 * may have one address. It is as strict as a UART: who listens at another speed hears nothing that he could answer, who
 * listens with another parity answers noise, and answers that come at once are one garbled answer.
 */
export interface SharedWire {
  readonly name: string;
  /** The end of a master with these settings. */
  end(settings: () => CharacterSettings, deliver: (bytes: Uint8Array) => void): LineEnd;
  /** The adapter sends back whatever it is given. */
  setEcho(isOn: boolean): void;
}

/** Answers whose beginnings are nearer than this lie on one another, ms. */
const OVERLAP_MS = 2;

export function createSharedWire(
  name: string,
  lines: readonly VirtualLine[],
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): SharedWire {
  let isEchoing = false;

  function end(settings: () => CharacterSettings, deliver: (bytes: Uint8Array) => void): LineEnd {
    const say = overlapping(clock, deliver);
    const ends = lines.map((line) => ({
      serial: line.serial,
      clear: createLineEnd(line, clock, say),
      garbled: createLineEnd(line, clock, (answer) => say(noise(answer.length, random))),
    }));
    return {
      receive(chunk) {
        const own = settings();
        if (isEchoing) deliver(chunk.slice());
        for (const { serial, clear, garbled } of ends) {
          if (serial.baudRate !== own.baudRate) continue;
          const isSame = serial.parity === own.parity && serial.stopBits === own.stopBits;
          (isSame ? clear : garbled).receive(chunk);
        }
      },
    };
  }
  return { name, end, setEcho: (isOn) => void (isEchoing = isOn) };
}

/** A driver that pulls low wins over one that lets go: bits that meet are and-ed. */
function overlapping(clock: Clock, deliver: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
  let onWire: Uint8Array | null = null;
  return (bytes) => {
    if (onWire !== null) {
      onWire = anded(onWire, bytes);
      return;
    }
    onWire = bytes.slice();
    clock.after(OVERLAP_MS, () => {
      const all = onWire;
      onWire = null;
      if (all !== null) deliver(all);
    });
  };
}

function anded(first: Uint8Array, second: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: Math.max(first.length, second.length) },
    (_, index) => (first[index] ?? 0xff) & (second[index] ?? 0xff),
  );
}

const noise = (bytes: number, random: Random): Uint8Array =>
  Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));

/** Opens the wire without any cable: whoever opens says with which settings. */
export function openMemoryWire(wire: SharedWire, settings: CharacterSettings, clock: Clock): OpenMemoryPort {
  return (listener) => {
    let isOpen = true;
    const hear = (bytes: Uint8Array): void => void (isOpen && listener.bytes(bytes));
    // through the clock, so that no answer comes while its question is still being written
    const end = wire.end(
      () => settings,
      (bytes) => void clock.after(0, () => hear(bytes)),
    );
    return Promise.resolve({
      name: `${wire.name} at ${settings.baudRate}`,
      write(bytes) {
        if (!isOpen) throw new DriverError('PORT_LOST', `${wire.name} is not open`);
        end.receive(bytes);
      },
      close() {
        isOpen = false;
        return Promise.resolve();
      },
    });
  };
}
