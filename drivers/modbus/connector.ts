import { DriverError, isDriverError, type Cancel, type Clock } from '../base/index.ts';
import type { BytePort, BytePortListener, OpenPort } from '../transport/index.ts';

export interface ConnectorOptions {
  readonly open: OpenPort;
  readonly clock: Clock;
  /** Waits between attempts, in ms: the first, doubled up to the longest. */
  readonly backOff: { readonly firstMs: number; readonly longestMs: number };
  readonly bytes: (chunk: Uint8Array) => void;
  readonly opened: (port: BytePort) => void;
  /** No port: it could not be opened, or was lost. */
  readonly unavailable: (error: DriverError) => void;
}

/** Keeps one port open: opened once and kept, never for a bad frame; opened again with back-off after it was lost. */
export class Connector {
  openedPorts = 0;
  readonly #options: ConnectorOptions;
  readonly #stop = new AbortController();
  #port: BytePort | undefined;
  #cancelRetry: Cancel | undefined;
  #waitMs: number;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#waitMs = options.backOff.firstMs;
  }

  start(): void {
    this.#cancelRetry = undefined;
    // Only the listener of this opening may speak: a port that was given up must not be heard any more.
    const own: { port?: BytePort; lost?: DriverError } = {};
    const listener: BytePortListener = {
      bytes: this.#options.bytes,
      lost: (error) => {
        own.lost = error;
        if (own.port !== undefined && own.port === this.#port) this.#drop(error);
      },
    };
    void this.#options.open(listener, this.#stop.signal).then(
      (port) => {
        own.port = port;
        return own.lost === undefined ? this.#accept(port) : this.#retry(own.lost);
      },
      (error: unknown) => this.#retry(asUnavailable(error)),
    );
  }

  /** The open port is of no use any more. */
  giveUp(cause: unknown): void {
    const port = this.#port;
    if (port === undefined) return;
    this.#drop(
      isDriverError(cause) ? cause : new DriverError('PORT_LOST', `${port.name} makes no sense any more`, { cause }),
    );
    void port.close();
  }

  async close(): Promise<void> {
    this.#stop.abort(new DriverError('OFFLINE', 'the line was closed'));
    this.#cancelRetry?.();
    const port = this.#port;
    this.#port = undefined;
    await port?.close();
  }

  #accept(port: BytePort): void {
    if (this.#stop.signal.aborted) return void port.close();
    this.#port = port;
    this.openedPorts++;
    this.#waitMs = this.#options.backOff.firstMs;
    this.#options.opened(port);
  }

  #drop(error: DriverError): void {
    this.#port = undefined;
    this.#retry(error);
  }

  #retry(error: DriverError): void {
    if (this.#stop.signal.aborted) return;
    this.#cancelRetry = this.#options.clock.after(this.#waitMs, () => this.start());
    this.#waitMs = Math.min(2 * this.#waitMs, this.#options.backOff.longestMs);
    this.#options.unavailable(error);
  }
}

function asUnavailable(error: unknown): DriverError {
  if (isDriverError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DriverError('PORT_UNAVAILABLE', `the port could not be opened: ${reason}`, { cause: error });
}
