import type { Executed } from '../base/index.ts';

/** Order of service on a line; within a lane first come, first served. */
export type Lane = 'stop' | 'trigger' | 'write' | 'fast' | 'slow';

/** What travels with every request, besides its registers. */
export interface RequestOptions {
  readonly lane: Lane;
  /** Longest time the drive may take before the first byte of its answer, in ms (profile). */
  readonly turnaroundMs: number;
  /** Asked just before the first byte leaves; `false` drops the request with FENCED. */
  readonly stillWanted?: (() => boolean) | undefined;
  /** Monotonic instant after which the first byte must not leave any more (EXPIRED). */
  readonly notAfterMs?: number | undefined;
  /** What a lost answer means for this request; reads and stops are harmless (`no`), the default for writes is `unknown`. */
  readonly executedIfLost?: Executed | undefined;
}

export interface ReadRequest {
  readonly unit: number;
  readonly table: 'holding' | 'input';
  readonly address: number;
  /** Registers of 16 bits, 1 to 125. */
  readonly count: number;
}

export interface WriteRequest {
  /** 0 is the broadcast: nobody answers, the line only waits for the turnaround. */
  readonly unit: number;
  readonly address: number;
  /** Register values, 0 to 65535 each. One value goes as FC 6 unless `functionCode` says 16; more go as FC 16. */
  readonly values: readonly number[];
  readonly functionCode?: 6 | 16 | undefined;
}

/** A frame that the library cannot send: bytes without CRC, and how long the answer is (with unit, without CRC). */
export interface RawRequest {
  readonly unit: number;
  readonly bytes: Uint8Array;
  /** Length of a good answer without CRC; the first two bytes must be unit and function code unless `matches` says otherwise. */
  readonly answerLength: number;
  readonly matches?: ((answer: Uint8Array) => boolean) | undefined;
}

export type LinkState = 'online' | 'offline';

/** Counted since the line was made; times in ms. */
export interface UnitCounters {
  readonly requests: number;
  readonly answers: number;
  readonly timeouts: number;
  readonly badFrames: number;
  readonly exceptions: number;
  /** Round trip of good answers: exponentially weighted mean, and the longest seen. */
  readonly roundTripMs: number | null;
  readonly roundTripMaxMs: number | null;
}

export interface LineStats {
  readonly state: LinkState;
  readonly openedPorts: number;
  readonly quarantines: number;
  /** Bytes or frames that answered nothing that was asked. */
  readonly strayFrames: number;
  /** Share of bad frames among the last 200 transactions, and what follows from it (architecture, decision 3). */
  readonly badShare: number;
  readonly quality: 'good' | 'refuse-motion' | 'stop';
  /** Share of the last second in which a transaction was under way, 0 to 1. */
  readonly utilisation: number;
  readonly queued: number;
  readonly units: ReadonlyMap<number, UnitCounters>;
}

/**
 * The one owner of a Modbus line: one request in flight, lanes, quarantine after any time-out or mismatch, reconnect.
 * Every promise settles; failures are DriverErrors.
 */
export interface ModbusLine {
  readonly name: string;
  /** Registers as unsigned 16-bit values. */
  read(request: ReadRequest, options: RequestOptions): Promise<readonly number[]>;
  write(request: WriteRequest, options: RequestOptions): Promise<void>;
  raw(request: RawRequest, options: RequestOptions): Promise<Uint8Array>;
  state(): LinkState;
  /** Called on every change of `state()`, and of the reason while offline; returns the way to unsubscribe. */
  onState(listener: (state: LinkState, reason: string) => void): () => void;
  stats(): LineStats;
  close(): Promise<void>;
}
