import type { Step } from '../schemes/index.ts';
import type { Part } from './drive.ts';

/** The steps of one part of an intent, or all of them. */
export function stepsOf(steps: readonly Step[], part: Part | undefined): readonly Step[] {
  if (part === undefined) return steps;
  const trigger = steps.findIndex((step) => step.do === 'trigger');
  const before = steps.slice(0, trigger);
  return part === 'prepare' ? before : [...before.filter((step) => step.do !== 'write'), ...steps.slice(trigger)];
}
