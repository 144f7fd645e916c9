import type { Executed } from '../base/index.ts';
import type { RawRequest, ReadRequest, RefusalStyle, RequestOptions, WriteRequest } from './line.ts';

export type Request =
  | { readonly kind: 'read'; readonly read: ReadRequest }
  | { readonly kind: 'write'; readonly write: WriteRequest }
  | { readonly kind: 'raw'; readonly raw: RawRequest };

/** A request as a frame, and what it accepts as its answer. */
export interface Expectation {
  /** The frame to send, whole. */
  readonly request: Uint8Array;
  /** Length of the good answer, whole; 0 when nobody answers. */
  readonly answerLength: number;
  /** `read` carries values, `write` repeats what was asked, of `raw` no more than head and length is known. */
  readonly layout: Request['kind'];
  /** Raw requests only: replaces the check of unit and function; given the answer without CRC. */
  readonly matches: RawRequest['matches'];
  readonly refusals: RefusalStyle;
}

/** The bytes from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * `more`: nothing is wrong so far. `good unless more comes`: a good answer that is also the beginning of a refusal, so
 * that only time can tell. Everything but these, `good` and `refused` makes the frame bad.
 */
export type Verdict =
  | 'more'
  | 'good unless more comes'
  | 'good'
  | 'refused'
  | 'wrong unit'
  | 'wrong function'
  | 'wrong length'
  | 'wrong echo of address, value or quantity'
  | 'bad CRC'
  | 'extra bytes';

/** What an answer says that is a refusal: of the drive, or (`BAD_FRAME`) of a request that came to it garbled. */
export interface DriveRefusal {
  readonly code: 'EXCEPTION' | 'BAD_FRAME';
  readonly message: string;
  readonly executed: Executed;
  readonly exceptionCode?: number;
}

/** The request that a refusal answers. */
export interface Asked {
  readonly unit: number;
  readonly options: RequestOptions;
  readonly executedIfLost: Executed;
}

/** How requests become frames, and which bytes answer them: all that a line knows of a protocol. */
export interface Codec {
  /** Throws a RangeError on a request that no frame can carry: a fault of the caller, not of the line. */
  check(request: Request): void;
  expect(request: Request, options: RequestOptions): Expectation;
  judge(bytes: Uint8Array, span: Span, expected: Expectation): Verdict;
  /** Of a good answer to the request that was made last; valid only as long as the answer. */
  values(answer: Buffer): readonly number[];
  /** @param answer found to be `refused` */
  refusal(answer: Uint8Array, asked: Asked): DriveRefusal;
  /**
   * For a request whose good answer is a copy of it, a read of the same unit whose answer is none: it shows whether the
   * line echoes.
   */
  echoProof(request: Request): ReadRequest | undefined;
}

export function checkRange(what: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${what} ${value} is not a whole number from ${least} to ${most}`);
}
