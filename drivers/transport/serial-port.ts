import { statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { DriverError, type Cancel, type Clock } from '../base/index.ts';
import type { BytePort, BytePortListener, OpenPort, SerialSettings } from './byte-port.ts';
import { carryBySerialport, carryByTty, type Carrier, type CarrierEvents } from './serial-carrier.ts';
import { serialRefusal } from './serial-refusal.ts';

interface SerialOptions {
  readonly path: string;
  readonly settings: SerialSettings;
  readonly clock: Clock;
  /** `serialport` leaves out the fast way, for systems or adapters on which it does not work. */
  readonly carrier?: 'tty' | 'serialport' | undefined;
}

/** A vanished device is noticed within 300 ms even when no byte flows and serialport says nothing. */
const WATCH_PERIOD_MS = 100;

/**
 * A serial device or pseudo-terminal. serialport opens, configures and locks it (flock: a second owner is refused); a
 * tty stream on a second descriptor carries the bytes where that can be done.
 */
export function openSerial(options: SerialOptions): OpenPort {
  return async (listener, signal) => {
    signal?.throwIfAborted();
    const port = await openedPort(options).catch((cause: unknown) => {
      throw serialRefusal(options.path, cause);
    });
    return own(port, options, listener);
  };
}

function openedPort({ path, settings }: SerialOptions): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, ...settings, dataBits: 8, lock: true, autoOpen: false });
    // Without a listener an error event would end the process.
    port.on('error', () => undefined);
    port.open((error) => (error === null || error === undefined ? resolve(port) : reject(error)));
  });
}

function own(port: SerialPort, options: SerialOptions, listener: BytePortListener): BytePort {
  const { path, clock } = options;
  const name = describe(options);
  let isOpen = true;

  const close = async (): Promise<void> => {
    isOpen = false;
    stopWatching();
    await carrier.close();
    await closed(port);
  };
  const gone = (cause?: unknown): void => {
    if (!isOpen) return;
    void close();
    listener.lost(new DriverError('PORT_LOST', `${name} is gone: unplugged, or its driver gave up`, { cause }));
  };
  const carrier = carry(port, options, { bytes: (chunk) => void (isOpen && listener.bytes(chunk)), gone });
  port.on('close', gone);
  port.on('error', gone);
  const stopWatching = watchDevice(path, clock, gone);

  return {
    name,
    write(bytes) {
      if (!isOpen) throw new DriverError('PORT_LOST', `${name} is closed`);
      try {
        carrier.write(bytes);
      } catch (cause) {
        throw new DriverError('PORT_LOST', `${name} takes no more bytes`, { cause });
      }
    },
    close,
  };
}

function carry(port: SerialPort, options: SerialOptions, events: CarrierEvents): Carrier {
  if (options.carrier === 'serialport' || process.platform === 'win32') return carryBySerialport(port, events);
  try {
    return carryByTty(options.path, events);
  } catch {
    return carryBySerialport(port, events);
  }
}

/** Says `gone` when the path no longer leads to the device that was opened. */
function watchDevice(path: string, clock: Clock, gone: () => void): Cancel {
  const opened = identityOf(path);
  let cancel: Cancel;
  const look = (): void => {
    if (identityOf(path) !== opened) return gone();
    cancel = clock.after(WATCH_PERIOD_MS, look);
  };
  cancel = clock.after(WATCH_PERIOD_MS, look);
  return () => cancel();
}

function identityOf(path: string): string {
  const device = statSync(path, { throwIfNoEntry: false });
  return device === undefined ? 'none' : `${device.dev}:${device.ino}:${device.rdev}`;
}

function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve();
    port.close(() => resolve());
  });
}

function describe({ path, settings }: SerialOptions): string {
  const parity = { none: 'N', even: 'E', odd: 'O' }[settings.parity];
  return `${path} at ${settings.baudRate} 8${parity}${settings.stopBits}`;
}
