import type { Executed } from '../base/index.ts';

/** Modbus Application Protocol V1.1b3, chapter 7; each says whether the drive can have acted. */
const exceptions: Readonly<Record<number, { readonly text: string; readonly executed: Executed }>> = {
  1: { text: 'illegal function', executed: 'no' },
  2: { text: 'illegal data address', executed: 'no' },
  3: { text: 'illegal data value', executed: 'no' },
  // The device failed while it acted.
  4: { text: 'server device failure', executed: 'unknown' },
  5: { text: 'acknowledge: accepted and still running', executed: 'unknown' },
  6: { text: 'server device busy', executed: 'no' },
  7: { text: 'negative acknowledge', executed: 'no' },
  8: { text: 'memory parity error', executed: 'no' },
  10: { text: 'gateway path unavailable', executed: 'unknown' },
  // The request may have arrived and its answer been lost behind the gateway.
  11: { text: 'gateway target did not answer', executed: 'unknown' },
};

export function describeException(unit: number, code: number): string {
  return `unit ${unit} refused with exception ${code} (${exceptions[code]?.text ?? "the vendor's own"})`;
}

/** @param ifLost what a lost answer to this request would mean: a request that does not change the drive stays harmless */
export function executedAfter(code: number, ifLost: Executed): Executed {
  return ifLost === 'no' ? 'no' : (exceptions[code]?.executed ?? 'unknown');
}
