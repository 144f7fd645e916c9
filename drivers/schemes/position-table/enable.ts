import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { RESET_ALARM, statusIs, stopCommand } from './words.ts';

/** A relay or a brake may be in the way of the power. */
const POWER_MS = 3000;
const RAMP_DOWN_MS = 10_000;
const RESET_MS = 1000;

const softwareEnable = (value: 0 | 1): Step => ({ do: 'command', signal: 'softwareEnable', value });

/**
 * No goal of an earlier life can act here: a path waits for a trigger of its own. What was not yet taken when the power
 * went is overwritten by a stop all the same.
 */
export function planEnable(now: Signals, profile: Profile): Plan {
  const { power } = toDriveState(now, profile);
  if (power === 'fault') return refused('fault', 'the drive reports a fault; reset it first');
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (power === 'enabled') return { ok: true, steps: [] };
  const steps: readonly Step[] = [
    stopCommand,
    softwareEnable(1),
    {
      do: 'await',
      until: [statusIs({ enabled: true, fault: false }, profile)],
      failIf: [statusIs({ fault: true }, profile)],
      withinMs: POWER_MS,
      what: 'the drive to be enabled',
    },
  ];
  return { ok: true, steps };
}

/** Down the ramp first: without power the shaft would coast. */
export function planDisable(now: Signals, profile: Profile): Plan {
  const { power, moving } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (power !== 'enabled') return { ok: true, steps: [softwareEnable(0)] };
  return { ok: true, steps: [...(moving === false ? [] : rampDown(profile)), ...powerOff(profile)] };
}

function rampDown(profile: Profile): readonly Step[] {
  const until = [statusIs({ running: false }, profile)];
  return [stopCommand, { do: 'await', until, withinMs: RAMP_DOWN_MS, what: 'the drive to come to rest' }];
}

function powerOff(profile: Profile): readonly Step[] {
  return [
    softwareEnable(0),
    {
      do: 'await',
      until: [statusIs({ enabled: false }, profile), statusIs({ fault: true }, profile)],
      withinMs: POWER_MS,
      what: 'the power to go off; an input with the function enable keeps it on while it is active',
    },
  ];
}

/** Takes the software's enable away first: the drive would have power again as soon as the alarm is gone. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (fault === null) return { ok: true, steps: [] };
  if (!fault.resettable) return refused('fault', `${fault.text}: ${fault.remedy ?? 'cannot be reset'}`);
  const steps: readonly Step[] = [
    stopCommand,
    softwareEnable(0),
    { do: 'command', signal: 'systemCommand', value: RESET_ALARM },
    { do: 'await', until: [statusIs({ fault: false }, profile)], withinMs: RESET_MS, what: 'the alarm to be reset' },
  ];
  return { ok: true, steps };
}
