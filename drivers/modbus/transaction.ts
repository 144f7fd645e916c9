import { DriverError, type DriverErrorCode, type Executed } from '../base/index.ts';
import { MOST_READ_REGISTERS, MOST_WRITTEN_REGISTERS, answerLengthFor, withCrc } from './framing/index.ts';
import type { PduLibrary } from './library.ts';
import type { Lane, RawRequest, ReadRequest, RequestOptions, WriteRequest } from './line.ts';

export type Request =
  | { readonly kind: 'read'; readonly read: ReadRequest }
  | { readonly kind: 'write'; readonly write: WriteRequest }
  | { readonly kind: 'raw'; readonly raw: RawRequest };

/** How a transaction ends; called exactly once, with the registers of a read or the bytes of a raw answer. */
export interface Ending {
  readonly resolve: (answer: readonly number[] | Uint8Array) => void;
  readonly reject: (error: DriverError) => void;
}

const ignored: Ending = { resolve: () => undefined, reject: () => undefined };

/** One request on its way through queue and line. */
export class Transaction {
  readonly request: Request;
  readonly unit: number;
  readonly lane: Lane;
  readonly options: RequestOptions;
  readonly #ending: Ending;
  #hasEchoProof = false;

  constructor(request: Request, options: RequestOptions, ending: Ending) {
    this.request = request;
    this.unit = unitOf(request);
    this.lane = options.lane;
    this.options = options;
    this.#ending = ending;
  }

  get isRead(): boolean {
    return this.request.kind === 'read';
  }

  /** Nobody answers unit 0. */
  get isBroadcast(): boolean {
    return this.unit === 0 && this.request.kind !== 'raw';
  }

  get matches(): RawRequest['matches'] {
    return this.request.kind === 'raw' ? this.request.raw.matches : undefined;
  }

  /**
   * The good answer to FC 6 is a copy of the request: on a line that may echo it proves nothing. So, once, a read of the
   * same register goes before it, whatever its answer. A stop does not wait for that.
   */
  takeEchoProof(): Transaction | undefined {
    if (this.#hasEchoProof || this.lane === 'stop' || this.isBroadcast) return undefined;
    if (this.request.kind !== 'write' || !isSingle(this.request.write)) return undefined;
    this.#hasEchoProof = true;
    const { unit, address } = this.request.write;
    const { turnaroundMs } = this.options;
    const read = { unit, table: 'holding', address, count: 1 } as const;
    return new Transaction({ kind: 'read', read }, { lane: 'slow', turnaroundMs }, ignored);
  }

  /** The same question again, for the line's own sake: nobody waits for the answer. */
  repeated(): Transaction {
    return new Transaction(this.request, { lane: 'slow', turnaroundMs: this.options.turnaroundMs }, ignored);
  }

  /** The RTU frame to send. */
  encode(library: PduLibrary): Uint8Array {
    const { request } = this;
    if (request.kind === 'read') return library.encodeRead(request.read);
    return request.kind === 'write' ? library.encodeWrite(request.write) : withCrc(request.raw.bytes);
  }

  /** Length of the good answer with CRC. */
  answerLength(frame: Uint8Array): number {
    if (this.request.kind === 'raw') return this.request.raw.answerLength + 2;
    const length = answerLengthFor(frame);
    if (length === 'unknown') throw new RangeError(`no length is known for the answer to function ${frame[1]}`);
    return length;
  }

  /** @param answer the RTU frame, valid only during the call */
  answered(answer: Buffer, library: PduLibrary): void {
    if (this.request.kind === 'raw') this.#ending.resolve(Uint8Array.from(answer.subarray(0, -2)));
    else this.#ending.resolve(library.parse(answer));
  }

  /** A broadcast has been on the line for its turnaround. */
  sent(): void {
    this.#ending.resolve([]);
  }

  /** Fails before the first byte left. */
  refuse(code: DriverErrorCode, message: string, cause?: unknown): void {
    this.#ending.reject(new DriverError(code, message, { unit: this.unit, executed: 'no', cause }));
  }

  /** Fails after it was sent; what that means for the drive is in `executed`. */
  fail(
    code: DriverErrorCode,
    message: string,
    detail: { exceptionCode?: number; executed?: Executed; cause?: unknown } = {},
  ): void {
    const executed = detail.executed ?? this.executedIfLost;
    this.#ending.reject(new DriverError(code, message, { ...detail, unit: this.unit, executed }));
  }

  get executedIfLost(): Executed {
    return this.options.executedIfLost ?? (this.isRead || this.lane === 'stop' ? 'no' : 'unknown');
  }
}

/** Throws a RangeError on a request that no frame can carry: a fault of the caller, not of the line. */
export function checkRequest(request: Request): void {
  const unit = unitOf(request);
  if (request.kind === 'raw') return;
  const { address, from, length, most } =
    request.kind === 'read'
      ? { address: request.read.address, from: 1, length: request.read.count, most: MOST_READ_REGISTERS }
      : { address: request.write.address, from: 0, length: request.write.values.length, most: MOST_WRITTEN_REGISTERS };
  inRange('unit', unit, [from, 247]);
  inRange('register count', length, [1, most]);
  inRange('register address', address, [0, 0x1_0000 - length]);
  if (request.kind === 'write') for (const value of request.write.values) inRange('register value', value, [0, 0xffff]);
}

function inRange(what: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${what} ${value} is not a whole number from ${least} to ${most}`);
}

function unitOf(request: Request): number {
  if (request.kind === 'read') return request.read.unit;
  return request.kind === 'write' ? request.write.unit : request.raw.unit;
}

function isSingle(write: WriteRequest): boolean {
  return write.values.length === 1 && write.functionCode !== 16;
}
