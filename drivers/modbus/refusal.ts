import type { DriverErrorCode } from '../base/index.ts';
import type { Lane } from './line.ts';
import type { Transaction } from './transaction.ts';
import type { UnitRecord } from './unit-record.ts';

/** Why a request is not sent. */
export interface Refusal {
  readonly code: DriverErrorCode;
  readonly message: string;
}

const isPoll: Readonly<Record<Lane, boolean>> = { stop: false, trigger: false, write: false, fast: true, slow: true };

/** Asked immediately before the first byte leaves. */
export function refusalOf(transaction: Transaction, unit: UnitRecord, nowMs: number): Refusal | undefined {
  const { stillWanted, notAfterMs } = transaction.options;
  if (stillWanted !== undefined && !stillWanted()) {
    return { code: 'FENCED', message: 'not sent: a stop or a newer epoch came first' };
  }
  if (notAfterMs !== undefined && nowMs > notAfterMs) {
    return { code: 'EXPIRED', message: `not sent: its time ran out ${(nowMs - notAfterMs).toFixed(1)} ms ago` };
  }
  return absence(transaction, unit, nowMs);
}

/** A unit that keeps silent is polled once a back-off period; what is to move or stop it goes out all the same. */
export function absence(transaction: Transaction, unit: UnitRecord, nowMs: number): Refusal | undefined {
  if (isPoll[transaction.lane] && unit.isDemoted && !unit.isProbeDue(nowMs)) {
    return {
      code: 'OFFLINE',
      message: `unit ${transaction.unit} does not answer; it is tried again from time to time`,
    };
  }
  if (transaction.isRead && nowMs < unit.quietUntilMs) {
    return { code: 'OFFLINE', message: `unit ${transaction.unit} did not answer; a late answer may still come` };
  }
  return undefined;
}
