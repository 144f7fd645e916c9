import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ReadStream } from 'node:tty';
import * as nodePty from '@lydell/node-pty';

/** The master end of a pseudo-terminal. */
export interface PseudoTerminal {
  /** Device of the other end, for whoever opens serial ports. */
  readonly devicePath: string;
  /** Hands bytes to the other end; what does not fit its buffer because nobody reads is lost, as on a real wire. */
  write(bytes: Uint8Array): void;
  /** Whoever has the other end open sees it vanish. */
  close(): void;
}

/** `open` of node-pty is missing from its own types. */
interface OpenedTerminal {
  readonly master: ReadStream & { readonly fd: number };
  readonly slave: ReadStream;
  readonly ptsName: string;
  readonly fd: number;
}
const { open: openTerminal } = nodePty as unknown as { open: (options: { encoding: null }) => OpenedTerminal };

/**
 * A bare pseudo-terminal, raw, that carries every byte value. Never call `destroy` or `kill` of node-pty's object: for a
 * terminal without a program it sends SIGHUP to process -1, which is every process of the user.
 */
export function openPseudoTerminal(onBytes: (chunk: Uint8Array) => void): PseudoTerminal {
  const terminal = openTerminal({ encoding: null });
  const { master, slave, ptsName, fd } = terminal;
  // raw before the first byte: no echo, no line editing; a master sets its own parameters on top
  slave.setRawMode(true);
  // held open, otherwise the master end reads EIO whenever no client is there
  const heldFd = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  // node-pty's own stream on the other end would steal the master's bytes; pausing it is not enough
  slave.on('error', () => undefined).destroy();
  let isOpen = true;
  master.on('data', (chunk: Buffer) => void (isOpen && onBytes(chunk)));
  master.on('error', () => undefined);

  return {
    devicePath: ptsName,
    write(bytes) {
      if (isOpen) writeWhatFits(fd, bytes);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(heldFd);
      master.destroy();
    },
  };
}

/** Straight to the descriptor: a stream would add its queue and its callbacks to every answer. */
function writeWhatFits(fd: number, bytes: Uint8Array): void {
  try {
    for (let sent = 0; sent < bytes.length;) sent += writeSync(fd, bytes, sent);
  } catch (error) {
    if (!isErrorCode(error, 'EAGAIN', 'EIO')) throw error;
  }
}

/** A name that stays while devices come and go; replaced in one step, so that nobody finds it missing. */
export function linkDevice(path: string, devicePath: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isSymbolicLink())
    throw new Error(`${path} is taken by something that is not a link: move it away or choose another path`);
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(devicePath, fresh);
  renameSync(fresh, path);
}

/** Removes the name if it still points to this device. */
export function unlinkDevice(path: string, devicePath: string): void {
  try {
    if (readlinkSync(path) === devicePath) unlinkSync(path);
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT', 'EINVAL')) throw error;
  }
}

function isErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
