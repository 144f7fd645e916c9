import type { Profile, Signals } from '../../profile/index.ts';
import type { Counts } from '../../base/index.ts';
import type { DriveIntent, Plan, SignalValues, Step } from '../scheme.ts';
import { movingOf } from './drive-state.ts';
import { homingSigns } from './homing-signs.ts';
import { lowerStartBit, switchMode } from './mode.ts';
import { powerOf } from './power.ts';
import { refused } from '../refused.ts';
import { command, Control, Mode, notEnabled } from './words.ts';

type Home = Extract<DriveIntent, { kind: 'home' }>;
type SetPosition = Extract<DriveIntent, { kind: 'setPosition' }>;

const START_MS = 1000;
/** "Attained" of an earlier homing may still be shown for a few status cycles after the start. */
const SETTLE_MS = 50;

/** Starts homing; bit 4 stays high, because lowering it would interrupt the search. */
export function planHome(wanted: Home, now: Signals, profile: Profile): Plan {
  const refusal = readyToHome(now, profile);
  if (refusal !== null) return refusal;
  if (!profile.homingMethods.includes(wanted.method)) {
    return refused('unsupported', `the drive has no homing method ${wanted.method}`);
  }
  const offset = homeOffset(wanted.position, profile);
  if (offset === null) return refused('unsupported', 'the reference of this drive reads 0: home to position 0');
  const values = {
    homingMethod: wanted.method,
    homingSpeedFast: wanted.fast,
    homingSpeedSlow: wanted.slow,
    homingAcceleration: wanted.acceleration,
    ...offset,
  };
  return { ok: true, steps: [...disarm(profile), ...start(values, { now, profile })] };
}

/** Null where the drive cannot be told what its reference reads: an offset of the wrong sign would move everything after. */
function homeOffset(position: Counts, { registers, cia402 }: Profile): SignalValues | null {
  const isWritable = (registers.homeOffset?.access ?? 'read') !== 'read';
  if (position !== 0 && (!isWritable || cia402?.homeOffset === 'only-0')) return null;
  return isWritable ? { homeOffset: position } : {};
}

/** Method 37 (35 in older drives) takes the present position as the reference and does not move. */
export function planSetPosition(wanted: SetPosition, now: Signals, profile: Profile): Plan {
  const refusal = readyToHome(now, profile);
  if (refusal !== null) return refusal;
  const method = [37, 35].find((known) => profile.homingMethods.includes(known));
  if (method === undefined) return refused('unsupported', 'the drive cannot take its position as the reference');
  const values = { homingMethod: method, homeOffset: wanted.position };
  const begin = start(values, { now, profile, takesHere: true });
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

interface Start {
  readonly now: Signals;
  readonly profile: Profile;
  /** There is no search: only the end of it will be seen. */
  readonly takesHere?: boolean;
}

function start(values: SignalValues, { now, profile, takesHere = false }: Start): readonly Step[] {
  const { begun, attained, failed } = homingSigns(profile, now);
  return [
    ...lowerStartBit(now),
    { do: 'write', values },
    { do: 'verify', values },
    ...switchMode(Mode.homing, now, profile),
    { do: 'trigger', values: { controlword: Control.homingStart }, proof: [] },
    {
      do: 'await',
      until: takesHere ? attained : begun,
      failIf: [...notEnabled, ...failed],
      withinMs: START_MS,
      settleMs: SETTLE_MS,
      what: 'homing to start',
    },
  ];
}
