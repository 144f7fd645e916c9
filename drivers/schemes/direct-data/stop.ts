import type { Profile, Signals } from '../../profile/index.ts';
import type { Plan, Step } from '../scheme.ts';
import { startProblem } from './drive-state.ts';
import { factsOf, inputs, maskOf, output, powered } from './words.ts';

/**
 * By the stop command (01BEh), which is a word of its own and goes back to 0 by itself: it needs no knowledge of the other
 * inputs and leaves nothing behind that would hold the next move. As QSTOP does, whose ramp was configured. Only a drive
 * without that command is stopped by its STOP input, which stays high until it is enabled again.
 */
export const quickStopSteps = (now: Signals, profile: Profile): readonly Step[] =>
  stopSteps(factsOf(profile).stops.quick, now, profile);

/** Along the ramp of the operation under way. */
export function planHalt(now: Signals, profile: Profile): Plan {
  return startProblem(now, profile) ?? { ok: true, steps: stopSteps(factsOf(profile).stops.ramp, now, profile) };
}

function stopSteps(value: number, { statusword }: Signals, profile: Profile): readonly Step[] {
  if (profile.registers.stopCommand !== undefined) return [{ do: 'command', signal: 'stopCommand', value }];
  // what is known or may be powered stays so: a shaft without power would coast
  const isOff = output('servoOn', statusword, profile) === false;
  return [inputs((isOff ? 0 : powered(profile)) | maskOf(factsOf(profile).inputs.stop))];
}
