import { DriverError } from '../base/index.ts';
import type { Step } from '../schemes/index.ts';
import type { ExecuteOptions } from './drive.ts';

/** When frames may still leave. */
export interface Permit extends ExecuteOptions {
  /** Aborted by a stop. */
  readonly signal: AbortSignal;
  /** Monotonic instant of the reading that its steps were planned from. */
  readonly plannedFromMs?: number;
}

/** Whether a step may begin, asked before each. Throws FENCED or EXPIRED. */
export type CheckStep = (index: number, nowMs: number) => void;

/**
 * Once the last trigger is out, finishing the handshake is harmless and only a stop ends it. A list without triggers
 * moves nothing, so it is not broken off half way because time has passed.
 */
export function stepCheck(steps: readonly Step[], permit: Permit): CheckStep {
  const lastTrigger = steps.findLastIndex((step) => step.do === 'trigger');
  const lastWanted = lastTrigger < 0 ? steps.length : lastTrigger;
  const lastTimed = Math.max(0, lastTrigger);
  return (index, nowMs) => {
    permit.signal.throwIfAborted();
    if (index <= lastWanted && !permit.stillWanted()) {
      throw new DriverError('FENCED', 'the intent is no longer wanted');
    }
    if (index <= lastTimed && nowMs > (permit.notAfterMs ?? Infinity)) {
      throw new DriverError('EXPIRED', 'the intent came too late');
    }
  };
}
