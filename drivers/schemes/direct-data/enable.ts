import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { factsOf, inputs, powered, pulse, shows, unpowered } from './words.ts';
import { quickStopSteps } from './stop.ts';

/** Up to 150 ms by the manual, and a brake besides. */
const POWER_MS = 2000;
const RAMP_DOWN_MS = 10_000;
const RESET_MS = 1000;

const alarm = (profile: Profile): readonly Condition[] => [shows({ alarm: true }, profile)];

/**
 * S-ON from low to high, because only its edge ends a power removal; all other inputs low. Nothing jumps: an operation
 * begins by a trigger of its own, and what the trigger was left with goes first.
 */
export function planEnable(now: Signals, profile: Profile): Plan {
  const { power } = toDriveState(now, profile);
  if (power === 'fault' || power === 'fault-reaction')
    return refused('fault', 'the drive reports a fault; reset it first');
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (power === 'enabled') return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [
      { do: 'command', signal: 'directDataTrigger', value: 0 },
      // a drive without S-ON may have power: FREE would let its load fall
      ...(factsOf(profile).inputs.servoOn === null ? [] : [inputs(unpowered(profile))]),
      inputs(powered(profile)),
      {
        do: 'await',
        until: [shows({ servoOn: true, ready: true, alarm: false }, profile)],
        failIf: alarm(profile),
        withinMs: POWER_MS,
        what: 'the drive to be ready for direct data',
      },
    ],
  };
}

/** Down the ramp first: without power the shaft would coast. */
export function planDisable(now: Signals, profile: Profile): Plan {
  const { power, moving } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (power === 'fault-reaction') return refused('wrong-state', 'the drive is still reacting to a fault');
  const off = inputs(unpowered(profile));
  if (power !== 'enabled') return { ok: true, steps: [off] };
  const isOff = [shows({ servoOn: false, ready: false }, profile), ...alarm(profile)];
  const wait: Step = { do: 'await', until: isOff, withinMs: POWER_MS, what: 'the power to go off' };
  return { ok: true, steps: [...(moving === false ? [] : rampDown(now, profile)), off, wait] };
}

function rampDown(now: Signals, profile: Profile): readonly Step[] {
  const until = [shows({ moving: false }, profile)];
  return [
    ...quickStopSteps(now, profile),
    { do: 'await', until, withinMs: RAMP_DOWN_MS, what: 'the drive to come to rest' },
  ];
}

/** The inputs go low first: with S-ON high the drive would be ready again as soon as the alarm is gone. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (power === 'fault-reaction') return refused('wrong-state', 'the drive is still reacting to the fault');
  if (fault === null) return { ok: true, steps: [] };
  if (!fault.resettable) return refused('fault', `${fault.text}: ${fault.remedy ?? 'cannot be reset'}`);
  return {
    ok: true,
    steps: [
      inputs(unpowered(profile)),
      ...pulse('alarmReset'),
      { do: 'await', until: [shows({ alarm: false }, profile)], withinMs: RESET_MS, what: 'the alarm to be reset' },
      { do: 'command', signal: 'alarmReset', value: 0 },
    ],
  };
}
