import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import * as nodePty from '@lydell/node-pty';

/** `open` exists but is missing from the package's types. */
interface OpenedPty {
  readonly master: ReadStream;
  readonly slave: ReadStream;
  readonly fd: number;
  readonly ptsName: string;
}
const { open } = nodePty as unknown as { readonly open: (options: { encoding: null }) => OpenedPty };

/** A real pseudo-terminal: `path` is the device that a driver opens, the test holds the other end. */
export interface PseudoTerminal {
  readonly path: string;
  onBytes(hear: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array): void;
  /** The device vanishes, as an unplugged adapter does. */
  vanish(): void;
}

export function createPseudoTerminal(): PseudoTerminal {
  const pty = open({ encoding: null });
  pty.slave.setRawMode(true);
  // Its own stream on the slave would take the bytes that are meant for the driver; a held descriptor keeps the master
  // from an error between two owners.
  pty.slave.destroy();
  const held = openSync(pty.ptsName, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  pty.master.on('error', () => undefined);
  let exists = true;
  return {
    path: pty.ptsName,
    onBytes: (hear) => void pty.master.on('data', hear),
    write: (bytes) => void writeSync(pty.fd, bytes),
    vanish() {
      if (!exists) return;
      exists = false;
      closeSync(held);
      pty.master.destroy();
    },
  };
}
