import type { DriverError, DriverErrorCode } from '../../drivers/base/index.ts';
import type { ProblemCode } from '../contracts/index.ts';

/** The driver rooms' reasons in the contract's words. */
const CODES: Record<DriverErrorCode, ProblemCode> = {
  PORT_UNAVAILABLE: 'offline',
  PORT_LOST: 'offline',
  TIMEOUT: 'driveTimeout',
  BAD_FRAME: 'driveTimeout',
  EXCEPTION: 'unsupported',
  OFFLINE: 'offline',
  QUEUE_FULL: 'queueFull',
  LINE_QUALITY: 'lineQuality',
  FENCED: 'stopped',
  EXPIRED: 'ttlExpired',
  UNSUPPORTED: 'unsupported',
  NOT_VERIFIED: 'driveTimeout',
  STEP_TIMEOUT: 'driveTimeout',
  WRONG_STATE: 'busy',
  FAULT: 'fault',
  WRONG_IDENTITY: 'refusedDrive',
};

/** A lost answer to something that may have acted is its own kind, whatever lost it. */
export function codeOfDriverError(error: DriverError): ProblemCode {
  return error.executed === 'unknown' ? 'writeUnverified' : CODES[error.code];
}
