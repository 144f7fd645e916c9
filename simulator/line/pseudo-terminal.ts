import {
  closeSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { SocketConstructorOpts } from 'node:net';
import { ReadStream } from 'node:tty';
import { beginningsOf } from '../../drivers/base/index.ts';

/** The master end of a pseudo-terminal. */
export interface PseudoTerminal {
  /** Device of the other end, for whoever opens serial ports. */
  readonly devicePath: string;
  /** Hands bytes to the other end; what does not fit its buffer because nobody reads is lost, as on a real wire. */
  write(bytes: Uint8Array): void;
  /** Whoever has the other end open sees it vanish. */
  close(): void;
}

/** What node-pty is made of, which its types leave out: two descriptors and the name of the second one's device. */
interface PtyBinary {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
}
const require = createRequire(import.meta.url);
const nodePty = require('@lydell/node-pty/requireBinary.js') as { requireBinary: (file: string) => PtyBinary };

const COLUMNS_AND_ROWS = [80, 24] as const;
/** More than the kernel hands over at once from a line of short frames. */
const READ_BUFFER_BYTES = 4096;

/**
 * A bare pseudo-terminal, raw, that carries every byte value. `onBytes` gets a view that is valid only during the call.
 * node-pty's own `open` is passed by: it puts streams on both ends, of which one steals the master's bytes, and its
 * object's `destroy` sends SIGHUP to process -1, which is every process of the user.
 */
export function openPseudoTerminal(onBytes: (chunk: Uint8Array) => void): PseudoTerminal {
  const ends = nodePty.requireBinary('pty.node').open(...COLUMNS_AND_ROWS);
  // Never read from, but held: otherwise the master end gets EIO whenever no client is there. Raw before the first byte:
  // no echo, no line editing; a master sets its own parameters on top.
  const held = new ReadStream(ends.slave);
  const isSlaveOurs = isLeftToUs(held, ends.slave);
  held.setRawMode(true);
  const buffer = Buffer.alloc(READ_BUFFER_BYTES);
  const received = beginningsOf(buffer);
  const callback = (length: number): boolean => {
    onBytes(received(length));
    return true;
  };
  // one buffer for all reads; the stream would make a new one each time
  const master = new ReadStream(ends.master, { onread: { buffer, callback } } as SocketConstructorOpts);
  master.on('error', () => undefined).resume();
  held.on('error', () => undefined);
  let isOpen = true;

  return {
    devicePath: ends.pty,
    write(bytes) {
      if (isOpen) writeWhatFits(ends.master, bytes);
    },
    close() {
      if (isOpen && isSlaveOurs) closeSync(ends.slave);
      isOpen = false;
      held.destroy();
      master.destroy();
    },
  };
}

/** libuv opens a slave end anew and closes only its own: the one it was given stays open. */
function isLeftToUs(stream: ReadStream, descriptor: number): boolean {
  const { _handle: handle } = stream as unknown as { readonly _handle: { readonly fd: number } | null };
  return handle !== null && handle.fd >= 0 && handle.fd !== descriptor;
}

/** Straight to the descriptor: a stream would add its queue and its callbacks to every answer. */
function writeWhatFits(fd: number, bytes: Uint8Array): void {
  try {
    let sent = writeSync(fd, bytes);
    while (sent < bytes.length) sent += writeSync(fd, bytes, sent);
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
