import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHalt, torqueOff } from './stop.ts';

const SWITCH_MS = 1000;
const RAMP_DOWN_MS = 10_000;

const torqueIs = (equals: 0 | 1): Condition => ({ signal: 'torqueEnable', mask: 0xffff, equals });
const standing: Condition = { signal: 'movingFlag', mask: 0xffff, equals: 0 };
const noFault: Condition = { signal: 'errorCode', mask: 0xffff, equals: 0 };

/** The goal of an earlier life would be driven to at once, so the present position takes its place while there is no torque. */
export function planEnable(now: Signals, profile: Profile): Plan {
  const { power, fault, position } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the servo reports a fault: ${fault.text}`);
  if (power === 'enabled') return { ok: true, steps: [] };
  if (power !== 'disabled' || position === null) return refused('wrong-state', `the servo is ${power}`);
  const values = { targetPosition: position };
  return {
    ok: true,
    steps: [
      { do: 'write', values },
      { do: 'verify', values },
      { do: 'command', signal: 'torqueEnable', value: 1 },
      { do: 'await', until: [torqueIs(1)], withinMs: SWITCH_MS, what: 'the torque to be on' },
    ],
  };
}

/** Comes to rest first: a shaft without torque coasts. */
export function planDisable(now: Signals, profile: Profile): Plan {
  const { power, moving } = toDriveState(now, profile);
  if (power === 'disabled') return { ok: true, steps: [] };
  const halt = moving === false ? null : planHalt({ kind: 'halt' }, now, profile);
  return { ok: true, steps: [...(halt?.ok === true ? [...halt.steps, comesToRest] : []), ...switchOff] };
}

const comesToRest: Step = { do: 'await', until: [standing], withinMs: RAMP_DOWN_MS, what: 'the shaft to stand' };
const switchOff: readonly Step[] = [
  torqueOff,
  { do: 'await', until: [torqueIs(0)], withinMs: SWITCH_MS, what: 'the torque to be off' },
];

/** Nothing clears the status word but its cause going away; without torque most causes do. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the servo is unknown');
  if (fault === null) return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [torqueOff, { do: 'await', until: [noFault], withinMs: SWITCH_MS, what: 'the status word to clear' }],
  };
}
