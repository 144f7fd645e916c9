import { DriverError, type Clock } from '../base/index.ts';
import type { OpenPort } from '../transport/index.ts';
import type { Codec, Request } from './codec.ts';
import { Connector } from './connector.ts';
import { framings, type Framing } from './framings.ts';
import { LineEngine } from './line-engine.ts';
import { lineTiming, type TimingOptions } from './line-timing.ts';
import type {
  LineLoad,
  LineStats,
  LinkState,
  ModbusLine,
  RawRequest,
  ReadRequest,
  RequestOptions,
  WriteRequest,
} from './line.ts';
import { Transaction } from './transaction.ts';

export interface LineOptions extends TimingOptions {
  readonly name: string;
  readonly open: OpenPort;
  readonly framing: Framing;
  readonly clock: Clock;
  /** Most requests that may wait in one lane. */
  readonly queueDepth?: number | undefined;
  /**
   * The adapter adds noise where it turns the line around: up to two bytes 0x00 or 0xFF before an otherwise exact answer
   * are left out, and counted. Default false.
   */
  readonly toleratesLeadingNoise?: boolean | undefined;
  readonly reconnect?: { readonly firstMs: number; readonly longestMs: number } | undefined;
}

const DEFAULT_QUEUE_DEPTH = 256;
const DEFAULT_RECONNECT = { firstMs: 250, longestMs: 5000 };

type StateListener = Parameters<ModbusLine['onState']>[0];

/** Makes the line and begins to open its port; until that is open, requests fail with OFFLINE. */
export function createLine(options: LineOptions): ModbusLine {
  return new Line(options);
}

class Line implements ModbusLine {
  readonly name: string;
  readonly #codec: Codec;
  readonly #engine: LineEngine;
  readonly #connector: Connector;
  readonly #listeners = new Set<StateListener>();
  #state: LinkState = 'offline';
  #reason = 'its port is being opened';

  constructor(options: LineOptions) {
    const { name, clock } = options;
    const { codec, wire } = framings[options.framing]();
    this.name = name;
    this.#codec = codec;
    this.#engine = new LineEngine({
      clock,
      timing: lineTiming(options),
      queueDepth: options.queueDepth ?? DEFAULT_QUEUE_DEPTH,
      toleratesLeadingNoise: options.toleratesLeadingNoise ?? false,
      codec,
      wire,
      portFailed: (error) => this.#connector.giveUp(error),
    });
    this.#connector = new Connector({
      open: options.open,
      clock,
      backOff: options.reconnect ?? DEFAULT_RECONNECT,
      bytes: (chunk) => this.#engine.receive(chunk),
      opened: (port) => {
        this.#engine.attach(port);
        this.#become('online', `${port.name} is open`);
      },
      unavailable: (error) => this.#leave(error),
    });
    this.#connector.start();
  }

  read(request: ReadRequest, options: RequestOptions): Promise<readonly number[]> {
    return this.#ask({ kind: 'read', read: request }, options) as Promise<readonly number[]>;
  }

  async write(request: WriteRequest, options: RequestOptions): Promise<void> {
    await this.#ask({ kind: 'write', write: request }, options);
  }

  raw(request: RawRequest, options: RequestOptions): Promise<Uint8Array> {
    return this.#ask({ kind: 'raw', raw: request }, options) as Promise<Uint8Array>;
  }

  state(): LinkState {
    return this.#state;
  }

  onState(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): LineStats {
    return { state: this.#state, openedPorts: this.#connector.openedPorts, ...this.#engine.stats() };
  }

  load(): LineLoad {
    return this.#engine.load();
  }

  async close(): Promise<void> {
    this.#leave(new DriverError('OFFLINE', `line ${this.name} was closed`));
    await this.#connector.close();
  }

  #ask(request: Request, options: RequestOptions): Promise<readonly number[] | Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#codec.check(request);
      const transaction = new Transaction(request, options, { resolve, reject });
      if (this.#state === 'online') this.#engine.submit(transaction);
      else transaction.refuse('OFFLINE', `line ${this.name} is offline: ${this.#reason}`);
    });
  }

  #leave(error: DriverError): void {
    this.#engine.detach(error);
    this.#become('offline', error.message);
  }

  #become(state: LinkState, reason: string): void {
    const isNews = state !== this.#state || reason !== this.#reason;
    this.#state = state;
    this.#reason = reason;
    if (isNews) for (const listener of this.#listeners) listener(state, reason);
  }
}
