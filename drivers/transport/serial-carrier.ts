import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { ConnectOpts, SocketConstructorOpts } from 'node:net';
import { ReadStream } from 'node:tty';
import type { SerialPort } from 'serialport';
import { beginningsOf } from '../base/index.ts';

/** Longer than any Modbus frame; a fuller read only costs a second call. */
const READ_BYTES = 1024;

/** Carries bytes of an opened serial device. `gone` may be said more than once. */
export interface Carrier {
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

export interface CarrierEvents {
  readonly bytes: (chunk: Uint8Array) => void;
  readonly gone: (cause?: unknown) => void;
}

/**
 * The fast way: a tty stream on a second descriptor, one read and one write call a transaction instead of a dozen
 * through serialport's thread pool. The second descriptor matters: a tty stream on serialport's own would drop its lock,
 * because libuv opens the device anew behind the number.
 */
export function carryByTty(path: string, events: CarrierEvents): Carrier {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = streamOn(descriptor, events.bytes);
  const isOurs = isLeftToUs(stream, descriptor);
  let isClosed = false;
  stream.on('error', events.gone);
  stream.on('end', () => events.gone());
  stream.on('close', () => events.gone());
  return {
    write: (bytes) => writeAll(descriptor, bytes),
    close: () =>
      new Promise((resolve) => {
        const closed = (): void => {
          if (isOurs && !isClosed) closeSync(descriptor);
          isClosed = true;
          resolve();
        };
        if (stream.closed) return closed();
        stream.once('close', closed);
        stream.destroy();
      }),
  };
}

/**
 * libuv opens a terminal anew, puts that behind our number too, and closes only its own: without this every port that
 * comes and goes would leave a descriptor behind. Where it could not, the stream reads and closes ours.
 */
function isLeftToUs(stream: ReadStream, descriptor: number): boolean {
  const { _handle: handle } = stream as unknown as { readonly _handle: { readonly fd: number } | null };
  return handle !== null && handle.fd >= 0 && handle.fd !== descriptor;
}

/** Bytes are read into one buffer that is used again and again: no allocation and no stream machinery for each read. */
function streamOn(descriptor: number, heard: CarrierEvents['bytes']): ReadStream {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const received = beginningsOf(buffer);
  const callback = (length: number): boolean => {
    heard(received(length));
    return true;
  };
  try {
    const options: SocketConstructorOpts & ConnectOpts = { onread: { buffer, callback } };
    const stream = new ReadStream(descriptor, options);
    stream.resume();
    return stream;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A frame is shorter than the device's buffer (4096 bytes on Linux), so a full buffer means that nothing drains it. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  let sent = writeSync(descriptor, bytes);
  while (sent < bytes.length) sent += writeSync(descriptor, bytes, sent);
}

/** The way that works everywhere: serialport's own stream. */
export function carryBySerialport(port: SerialPort, events: CarrierEvents): Carrier {
  port.on('data', events.bytes);
  return { write: (bytes) => void port.write(bytes), close: () => Promise.resolve() };
}
