import type { SignalName } from '../../../drivers/profile/index.ts';
import type { Written } from '../behaviour.ts';

const WORD = 0x1_0000;
const LONGEST_LIFETIME_MS = 32_767;
const GREATEST_TRIGGER = 19;

/** Negative triggers stay, and start whenever this field is written. */
const fields: Readonly<Record<number, SignalName>> = {
  [-7]: 'directDataNumber',
  [-6]: 'operationType',
  [-5]: 'targetPosition',
  [-4]: 'profileVelocity',
  [-3]: 'profileAcceleration',
  [-2]: 'profileDeceleration',
  [-1]: 'torqueLimit',
};

/** The two words of the trigger register: the lifetime, -1 and 0 being none, and what starts. */
export interface TriggerWords {
  readonly lifetimeMs: number;
  readonly trigger: number;
}

const signed16 = (word: number): number => (word > 0x7fff ? word - WORD : word);

export function triggerWords(value: number): TriggerWords {
  const unsigned = value < 0 ? value + WORD * WORD : value;
  return { lifetimeMs: signed16(Math.floor(unsigned / WORD)), trigger: signed16(unsigned % WORD) };
}

export function isTriggerInRange(value: number): boolean {
  const { lifetimeMs, trigger } = triggerWords(value);
  return lifetimeMs >= -1 && lifetimeMs <= LONGEST_LIFETIME_MS && trigger >= -7 && trigger <= GREATEST_TRIGGER;
}

/** The trigger that these writes mean, by which the block is understood; null where they start nothing. */
export function startedBy(writes: readonly Written[], standing: number, clearsItself: boolean): number | null {
  const written = writes.find(({ signal }) => signal === 'directDataTrigger');
  if (written === undefined) {
    const field = fields[standing];
    return field !== undefined && writes.some(({ signal }) => signal === field) ? 1 : null;
  }
  const { trigger } = triggerWords(written.value);
  if (trigger <= 0) return null;
  return clearsItself || triggerWords(written.before).trigger !== trigger ? trigger : null;
}

/** What stands in the register afterwards: positive triggers go back to 0 where that is set, negative ones stay. */
export function afterStart(value: number, clearsItself: boolean): number {
  const { lifetimeMs, trigger } = triggerWords(value);
  return clearsItself && trigger > 0 ? lifetimeMs * WORD : value;
}
