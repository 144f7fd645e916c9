import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, Plan, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { commanded, control, Mode, neighbourStanding, standing, Word } from './words.ts';

const SWITCH_MS = 1000;
const RAMP_DOWN_MS = 10_000;
/** The register shows the word at once; the motors follow. */
const SETTLE_MS = 20;

const noAlarm: Condition = { signal: 'errorCode', mask: 0xffff, equals: 0 };

/**
 * Enables both motors once both stand; the unit would show the word before, and not be enabled. Speeds that still stand in
 * their registers are taken away from both first, and this motor's target is where it stands; a target moves nothing before
 * its start word.
 */
export function planEnable(now: Signals, profile: Profile): Plan {
  const { power, fault, position } = toDriveState(now, profile);
  if (fault !== null) return refused('fault', `the motor reports an alarm: ${fault.text}`);
  if ((now.neighbourErrorCode ?? 0) !== 0) return refused('fault', 'the other motor of the unit reports an alarm');
  if (power === 'enabled') return { ok: true, steps: [] };
  if (power === 'unknown' || position === null) return refused('wrong-state', 'the state of the unit is unknown');
  return {
    ok: true,
    steps: [
      ...bothRest,
      ...seeded({ targetVelocity: 0, neighbourTargetVelocity: 0, targetPosition: position }),
      ...seeded({ modeOfOperation: Mode.absolutePosition }),
      // an emergency stop holds until it is taken back
      ...(power === 'quick-stop' ? [control(Word.stop)] : []),
      control(Word.enable),
      { do: 'await', until: [commanded(Word.enable)], ...switching, what: 'the motors to be enabled' },
    ],
  };
}

const rest = (of: Condition, whose: string): Step => ({
  do: 'await',
  until: [of],
  withinMs: RAMP_DOWN_MS,
  what: `${whose} to come to rest`,
});
const ownRest = rest(standing, 'the motor');
/** Any other word would take the place of the one by which the other motor slows down. */
const bothRest = [ownRest, rest(neighbourStanding, 'the other motor')] as const;

const switching = { withinMs: SWITCH_MS, settleMs: SETTLE_MS } as const;

function seeded(values: Signals): readonly Step[] {
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}

/** Slows both motors down and switches both off. */
export function planDisable(now: Signals, profile: Profile): Plan {
  const { power, moving } = toDriveState(now, profile);
  if (power === 'disabled' && moving === false) return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [
      control(Word.stop),
      { do: 'await', until: [commanded(Word.stop)], ...switching, what: 'the motors to be switched off' },
      ownRest,
    ],
  };
}

/** Clears the alarms of both motors once both stand; both stay without power. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'unknown') return refused('wrong-state', 'the state of the unit is unknown');
  if (fault === null) return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [
      ...bothRest,
      control(Word.clearAlarm),
      { do: 'await', until: [noAlarm], ...switching, what: 'the alarm to clear' },
    ],
  };
}

/**
 * One word for both motors. Where the latest reading, however old, shows them enabled, or where there is none: the
 * emergency stop, which ramps down and goes on holding. Where it shows them switched off, the word that leaves them so:
 * a release of the stop must not put power on motors that had none.
 */
export function planQuickStop({ controlword }: Signals): Plan {
  const isOff = controlword === Word.none || controlword === Word.clearAlarm || controlword === Word.stop;
  return { ok: true, steps: [control(isOff ? Word.stop : Word.emergencyStop)] };
}
