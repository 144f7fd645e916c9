import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { atOnce, rampDown } from './stop.ts';
import { command, In, Run } from './words.ts';

type Disable = Extract<DriveIntent, { kind: 'disable' }>;

const SWITCH_MS = 1000;
const RAMP_DOWN_MS = 10_000;

/** No target waits in the drive: its motion block acts when it is written and never later, so nothing is seeded. */
export function planEnable(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', 'the drive reports a fault; reset it first');
  if (power === 'enabled') return { ok: true, steps: [] };
  if (power !== 'disabled') return refused('wrong-state', `the drive is ${power}`);
  return {
    ok: true,
    steps: [
      command('enableCommand', 1),
      { do: 'await', until: [In.enabled], failIf: [In.stalled], withinMs: SWITCH_MS, what: 'the motor to be enabled' },
    ],
  };
}

/** Ramps down first: an unpowered shaft coasts. */
export function planDisable({ deceleration }: Disable, now: Signals, profile: Profile): Plan {
  const { power, moving } = toDriveState(now, profile);
  if (power === 'disabled') return { ok: true, steps: [] };
  const first = power === 'enabled' && moving !== false ? comeToRest(deceleration, now, profile) : [];
  return {
    ok: true,
    steps: [
      ...first,
      command('enableCommand', 0),
      { do: 'await', until: [In.disabled], withinMs: SWITCH_MS, what: 'the motor to be disabled' },
    ],
  };
}

function comeToRest(deceleration: number | undefined, now: Signals, profile: Profile): readonly Step[] {
  const isRamp = deceleration !== undefined && now.runState !== Run.homing;
  return [
    isRamp ? rampDown(deceleration, now, profile) : atOnce,
    { do: 'await', until: [In.stopped, In.stalled], withinMs: RAMP_DOWN_MS, what: 'the motor to come to rest' },
  ];
}

/** Releases a stall. The shaft stays without power until it is enabled. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (fault === null) return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [
      command('stallRelease', 1),
      { do: 'await', until: [In.notStalled], withinMs: SWITCH_MS, what: 'the stall to be released' },
    ],
  };
}
