import { planWrites, type Profile, type Signals, type WriteBlock } from '../../../drivers/profile/index.ts';
import { schemeOf, type Condition, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

export const planOf = (profile: Profile, intent: DriveIntent, now: Signals): Plan =>
  schemeOf(profile).plan(intent, now, profile);

/** Steps in few words: what is written where, what is waited for. */
export function story(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    if (step.do === 'await') return `await ${step.what}`;
    if (step.do === 'command') return `command ${step.signal} ${step.value.toString(16)}`;
    if (step.do !== 'trigger') return `${step.do} ${Object.keys(step.values).join(' ')}`;
    const values = Object.entries(step.values).map(([signal, value]) => `${signal} ${value.toString(16)}`);
    return `trigger ${values.join(' ')}`;
  });
}

/** The frames that the steps send, in their order. */
export function frames(profile: Profile, steps: readonly Step[]): readonly WriteBlock[] {
  return steps.flatMap((step) => {
    if (step.do === 'command') return planWrites(profile, { [step.signal]: step.value, ...step.also });
    return step.do === 'write' || step.do === 'trigger' ? planWrites(profile, step.values) : [];
  });
}

/** The same without the names. */
export const framesOf = (profile: Profile, steps: readonly Step[]): readonly Omit<WriteBlock, 'signals'>[] =>
  frames(profile, steps).map(({ address, words, functionCode }) => ({ address, words, functionCode }));

export const holds = (signals: Signals, { signal, mask, equals }: Condition): boolean => {
  const value = signals[signal];
  return value !== undefined && (value & mask) === equals;
};
