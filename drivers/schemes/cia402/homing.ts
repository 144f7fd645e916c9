import type { Profile, Signals } from '../../profile/index.ts';
import type { Condition, DriveIntent, Plan, SignalValues, Step } from '../scheme.ts';
import { movingOf } from './drive-state.ts';
import { lowerStartBit, switchMode } from './mode.ts';
import { powerOf } from './power.ts';
import { refused } from '../refused.ts';
import { command, Control, Mode, notEnabled, Status } from './words.ts';

type Home = Extract<DriveIntent, { kind: 'home' }>;
type SetPosition = Extract<DriveIntent, { kind: 'setPosition' }>;

const START_MS = 1000;
/** "Attained" of an earlier homing may still be shown for a few status cycles after the start. */
const SETTLE_MS = 50;

const HOMING_BITS = Status.targetReached | Status.modeBit12 | Status.modeBit13;
const shows = (bits: number): Condition => ({ signal: 'statusword', mask: HOMING_BITS, equals: bits });
/** CiA 402 table 106 (bits 13, 12, 10). */
const running = [shows(0), shows(Status.modeBit12)];
const attained = shows(Status.modeBit12 | Status.targetReached);
const failed = [shows(Status.modeBit13), shows(Status.modeBit13 | Status.targetReached)];

/** Starts homing; bit 4 stays high, because lowering it would interrupt the search. */
export function planHome(wanted: Home, now: Signals, profile: Profile): Plan {
  const refusal = readyToHome(now, profile);
  if (refusal !== null) return refusal;
  if (!profile.homingMethods.includes(wanted.method)) {
    return refused('unsupported', `the drive has no homing method ${wanted.method}`);
  }
  const values = {
    homingMethod: wanted.method,
    homingSpeedFast: wanted.fast,
    homingSpeedSlow: wanted.slow,
    homingAcceleration: wanted.acceleration,
    homeOffset: wanted.position,
  };
  return { ok: true, steps: [...disarm(profile), ...start(values, [...running, attained], now)] };
}

/** Method 37 (35 in older drives) takes the present position as the reference and does not move. */
export function planSetPosition(wanted: SetPosition, now: Signals, profile: Profile): Plan {
  const refusal = readyToHome(now, profile);
  if (refusal !== null) return refusal;
  const method = [37, 35].find((known) => profile.homingMethods.includes(known));
  if (method === undefined) return refused('unsupported', 'the drive cannot take its position as the reference');
  const values = { homingMethod: method, homeOffset: wanted.position };
  const begin = start(values, [attained], now);
  return { ok: true, steps: [...disarm(profile), ...begin, command(Control.enableOperation)] };
}

function readyToHome(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const power = powerOf(now.statusword);
  if (power === 'fault' || power === 'fault-reaction') return refused('fault', 'the drive reports a fault');
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  if (movingOf(now, profile) !== false) return refused('wrong-state', 'the drive is not at rest');
  return null;
}

/** An armed target was meant in the coordinates that are about to change. */
function disarm({ registers }: Profile): readonly Step[] {
  return registers.armGroup === undefined ? [] : [{ do: 'command', signal: 'armGroup', value: 0 }];
}

function start(values: SignalValues, until: readonly Condition[], now: Signals): readonly Step[] {
  return [
    ...lowerStartBit(now),
    { do: 'write', values },
    { do: 'verify', values },
    ...switchMode(Mode.homing, now),
    { do: 'trigger', values: { controlword: Control.homingStart }, proof: [] },
    {
      do: 'await',
      until,
      failIf: [...notEnabled, ...failed],
      withinMs: START_MS,
      settleMs: SETTLE_MS,
      what: 'homing to start',
    },
  ];
}
