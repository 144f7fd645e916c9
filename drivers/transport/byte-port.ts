import type { DriverError } from '../base/index.ts';

/** What an open port tells its one owner. */
export interface BytePortListener {
  /** Bytes as they came; the view is valid only during the call. */
  bytes(chunk: Uint8Array): void;
  /** The port is gone (unplugged, peer closed); called once, never after `close()`. */
  lost(error: DriverError): void;
}

/** An open way for bytes: serial device or pseudo-terminal, TCP socket, or memory. Opened once, one owner. */
export interface BytePort {
  /** For people: "/dev/ttyUSB0 at 115200 8N1", "tcp 192.168.1.20:502". */
  readonly name: string;
  /** Hands the bytes to the operating system at once; throws DriverError PORT_LOST when the port is gone. */
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Opens a port and starts to listen; rejects with DriverError PORT_UNAVAILABLE, its message saying what to do. */
export type OpenPort = (listener: BytePortListener, signal?: AbortSignal) => Promise<BytePort>;

/** How a serial line is set; `dataBits` is always 8 (Modbus RTU). */
export interface SerialSettings {
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}
