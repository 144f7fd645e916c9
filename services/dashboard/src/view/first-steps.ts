import type { DriveStateMessage } from '../../../contracts/index.ts';

export type StepName = 'release' | 'reset' | 'enable' | 'home' | 'move';

/** What a newcomer should do next with these axes: the first thing that any of them still lacks. */
export function nextStep(members: readonly DriveStateMessage[]): StepName {
  if (members.some((member) => member.state === 'errorStop')) return 'reset';
  if (members.some((member) => member.stopLatched)) return 'release';
  if (members.some((member) => member.enabled !== true)) return 'enable';
  if (members.some((member) => member.homed !== true)) return 'home';
  return 'move';
}
