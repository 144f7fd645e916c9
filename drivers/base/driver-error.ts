/**
 * Whether the drive may have acted on a request that failed. `unknown` is resolved by reading back, never by sending
 * the same motion again.
 */
export type Executed = 'no' | 'unknown';

/** Every way a drive or its line can fail, by the layer that notices it. */
export type DriverErrorCode =
  // the port
  | 'PORT_UNAVAILABLE' // it could not be opened; the detail says why and what to do
  | 'PORT_LOST' // it vanished while open
  // the line
  | 'TIMEOUT' // no answer within the computed time
  | 'BAD_FRAME' // CRC, length, unit, function or echoed value did not match the request
  | 'EXCEPTION' // the drive answered with a Modbus exception; see `exceptionCode`
  | 'OFFLINE' // the line is closed, reconnecting, or the unit is being probed slowly after repeated silence
  | 'QUEUE_FULL'
  | 'LINE_QUALITY' // motion refused: too many bad frames
  | 'FENCED' // dropped before its first byte left: a stop or a newer epoch came first
  | 'EXPIRED' // dropped before its first byte left: its time to live had passed
  // the drive
  | 'UNSUPPORTED' // the profile has no such verb or register
  | 'NOT_VERIFIED' // a parameter read back differs from what was written
  | 'STEP_TIMEOUT' // a state transition did not happen within its deadline
  | 'WRONG_STATE' // the drive is not in a state in which the intent can be carried out
  | 'FAULT' // the drive reports a fault
  | 'WRONG_IDENTITY'; // another model or another unit answers at this address

interface DriverErrorDetail {
  executed?: Executed;
  unit?: number;
  exceptionCode?: number;
  cause?: unknown;
}

/** The one error of the driver rooms: `code` for programs, `message` a whole sentence for people. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: DriverErrorCode;
  readonly executed: Executed;
  readonly unit: number | undefined;
  readonly exceptionCode: number | undefined;

  constructor(code: DriverErrorCode, message: string, detail: DriverErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.executed = detail.executed ?? 'no';
    this.unit = detail.unit;
    this.exceptionCode = detail.exceptionCode;
  }
}

/** Narrows an unknown error to a DriverError, optionally of one of the given codes. */
export function isDriverError(error: unknown, ...codes: DriverErrorCode[]): error is DriverError {
  return error instanceof DriverError && (codes.length === 0 || codes.includes(error.code));
}
