import { DriverError, type DriverErrorCode, type Executed } from '../base/index.ts';
import type { Codec, Request } from './codec.ts';
import { CRC_LENGTH } from './framing/index.ts';
import type { Lane, RequestOptions } from './line.ts';

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

  /**
   * A good answer that is a copy of the request proves nothing on a line that may echo. So, once, a read of the same unit
   * goes before it, whatever its answer. A stop does not wait for that: for it the read goes after.
   */
  takeEchoProof(codec: Codec, when: 'before' | 'after'): Transaction | undefined {
    if (this.#hasEchoProof || (this.lane === 'stop' && when === 'before')) return undefined;
    const read = codec.echoProof(this.request);
    if (read === undefined) return undefined;
    this.#hasEchoProof = true;
    return this.#forTheLine({ kind: 'read', read });
  }

  /**
   * The late answer to a stop that is repeated whole in its answer could only be taken for that of the same stop. A
   * quarantine for it would keep the living from proving that they stand, once for each stop of a dead unit.
   */
  isStopThatNamesItself(codec: Codec): boolean {
    return this.lane === 'stop' && codec.echoProof(this.request) !== undefined;
  }

  /** The same question again, for the line's own sake: nobody waits for the answer. */
  repeated(): Transaction {
    return this.#forTheLine(this.request);
  }

  /** @param answer the frame, valid only during the call */
  answered(answer: Buffer, codec: Codec): void {
    if (this.request.kind === 'raw') this.#ending.resolve(Uint8Array.from(answer.subarray(0, -CRC_LENGTH)));
    else this.#ending.resolve(codec.values(answer));
  }

  /** A broadcast has been on the line for its turnaround. */
  sent(): void {
    this.#ending.resolve(this.request.kind === 'raw' ? new Uint8Array() : []);
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

  #forTheLine(request: Request): Transaction {
    const { turnaroundMs, refusals, crcErrorException } = this.options;
    return new Transaction(request, { lane: 'slow', turnaroundMs, refusals, crcErrorException }, ignored);
  }

  get executedIfLost(): Executed {
    return this.options.executedIfLost ?? (this.isRead || this.lane === 'stop' ? 'no' : 'unknown');
  }
}

function unitOf(request: Request): number {
  if (request.kind === 'read') return request.read.unit;
  return request.kind === 'write' ? request.write.unit : request.raw.unit;
}
