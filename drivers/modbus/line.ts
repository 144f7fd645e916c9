import type { Executed } from '../base/index.ts';

/** Order of service on a line; within a lane first come, first served. */
export type Lane = 'stop' | 'trigger' | 'write' | 'fast' | 'slow';

/**
 * How a drive says no, besides a standard exception. `marker`: FC 6 answered with the value 0xFFFF, FC 16 with the
 * quantity 0. `always-81`: any failed read answered with the function code 0x81.
 */
export type RefusalStyle = 'standard' | 'marker' | 'always-81';

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
  /** How this drive says no (profile); default `standard`. Means nothing to framings with one way to say it. */
  readonly refusals?: RefusalStyle | undefined;
  /** This drive means with exception 8 that the request came to it with a bad CRC: a fault of the line, no refusal. */
  readonly crcErrorException?: boolean | undefined;
  /** Silence that the drive needs after this request before it can hear the next, in ms; default 0. */
  readonly quietAfterMs?: number | undefined;
}

export interface ReadRequest {
  /** 1 to 247; on a dooya line 0x0101 to 0xFEFE, ID_L in the low byte. */
  readonly unit: number;
  readonly table: 'holding' | 'input';
  readonly address: number;
  /** Registers of 16 bits, 1 to 125; on a dooya line bytes from a data address, one value for each. */
  readonly count: number;
}

export interface WriteRequest {
  /** 0 is the broadcast: nobody answers, the line only waits for the turnaround. */
  readonly unit: number;
  /** On a dooya line a data address (0x00 to 0xFF), or 0x300 + command. */
  readonly address: number;
  /** Register values, 0 to 65535 each; on a dooya line bytes, none or one behind a command. One value goes as FC 6 unless `functionCode` says 16; more go as FC 16. */
  readonly values: readonly number[];
  readonly functionCode?: 6 | 16 | undefined;
}

/** A frame that the library cannot send: bytes without CRC, and how long the answer is (with unit, without CRC; 0 when nobody answers). */
export interface RawRequest {
  readonly unit: number;
  readonly bytes: Uint8Array;
  /** Length of a good answer without CRC; without `matches` it must repeat unit and function code, for FC 6 and 16 also address with value or quantity. */
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

/** What is asked for with every reading, and costs nothing. */
export interface LineLoad {
  /** What follows from the share of bad transactions. */
  readonly quality: 'good' | 'refuse-motion' | 'stop';
  /** What a transaction takes lately, silence before the next included; null before some have been. */
  readonly transactionMs: number | null;
}

export interface LineStats extends LineLoad {
  readonly state: LinkState;
  readonly openedPorts: number;
  readonly quarantines: number;
  /** Bytes or frames that answered nothing that was asked. */
  readonly strayFrames: number;
  /** Answers taken out from behind leading noise, where the line tolerates it. */
  readonly noisyAnswers: number;
  /** Share of bad ones among the last 1000 transactions, as if all were short ones of 17 bytes. */
  readonly badShare: number;
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
  load(): LineLoad;
  close(): Promise<void>;
}
