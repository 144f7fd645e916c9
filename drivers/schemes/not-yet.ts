import type { Signals } from '../profile/index.ts';
import type { Condition } from './scheme.ts';

/** The conditions that do not hold now: seeing one of them later is news, and proves something. */
export function notYet(conditions: readonly Condition[], now: Signals): readonly Condition[] {
  return conditions.filter(({ signal, mask, equals }) => {
    const value = now[signal];
    return value === undefined || (value & mask) !== equals;
  });
}
