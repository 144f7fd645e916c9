import { signalEntries, type Signals } from '../profile/index.ts';
import type { Condition, Step } from '../schemes/index.ts';

type Trigger = Extract<Step, { do: 'trigger' }>;

/** Whether the drive obeyed a trigger whose answer was lost. */
export type Verdict = 'executed' | 'not-executed' | 'unknown';

export const holds = (signals: Signals, { signal, mask, equals }: Condition): boolean => {
  const value = signals[signal];
  return value !== undefined && (value & mask) === equals;
};

/**
 * Decides from what was read before the trigger and after its answer failed to come: the drive's own counter of
 * set-points, the scheme's proofs, and the register itself where it can be read.
 */
export function judgeLostTrigger(trigger: Trigger, before: Signals, after: Signals): Verdict {
  const counted = countedBetween(before, after);
  if (counted === 1 || trigger.proof.some((condition) => holds(after, condition))) return 'executed';
  if (trigger.disproof?.some((condition) => holds(after, condition)) === true) return 'not-executed';
  const stands = trigger.isPulse === true ? [] : standing(trigger, after);
  if (stands.length > 0) return stands.every(Boolean) ? 'executed' : 'not-executed';
  return counted === 0 ? 'not-executed' : 'unknown';
}

/** Which of the values stand in their registers; those that cannot be read are left out. */
function standing({ values }: Trigger, after: Signals): readonly boolean[] {
  return signalEntries(values).flatMap(([signal, value]) =>
    after[signal] === undefined ? [] : [after[signal] === value],
  );
}

/** Set-points taken in between, modulo 65536; null where the drive does not count. */
function countedBetween({ setpointCounter: before }: Signals, { setpointCounter: after }: Signals): number | null {
  return before === undefined || after === undefined ? null : (after - before + 0x1_0000) % 0x1_0000;
}
