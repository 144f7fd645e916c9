import type { Profile, SignalName, Signals } from '../../profile/index.ts';
import { notYet } from '../not-yet.ts';
import { refused } from '../refused.ts';
import type { Condition, DriveIntent, Plan, SignalValues, Step } from '../scheme.ts';
import { startProblem, toDriveState } from './drive-state.ts';
import { notEnabled, statusIs, Trigger } from './words.ts';

type Home = Extract<DriveIntent, { kind: 'home' }>;

/** CiA 402, 6098h: the present position is the reference. */
const IN_PLACE = 35;
const START_MS = 1000;
const ZERO_MS = 1000;

/** A search inside the drive; it begins with "homed" going out where that was shown. */
export function planHome(wanted: Home, now: Signals, profile: Profile): Plan {
  if (wanted.method === IN_PLACE) return planSetPosition(wanted, now, profile);
  const refusal = problem(wanted.position, now, profile);
  if (refusal !== null) return refusal;
  const mode = profile.positionTable?.homingModes.find(({ method }) => method === wanted.method);
  if (mode === undefined) return refused('unsupported', `the drive has no homing method ${wanted.method}`);
  const values: SignalValues = {
    homingMode: mode.word,
    homeOffset: 0,
    homingSpeedFast: wanted.fast,
    homingSpeedSlow: wanted.slow,
    homingAcceleration: wanted.acceleration,
    homingDeceleration: wanted.acceleration,
  };
  return { ok: true, steps: [{ do: 'write', values }, { do: 'verify', values }, ...start(now, profile)] };
}

function start(now: Signals, profile: Profile): readonly Step[] {
  const begun: readonly Condition[] =
    toDriveState(now, profile).referenced === true
      ? [statusIs({ homed: false }, profile)]
      : [statusIs({ running: true }, profile), statusIs({ homed: true }, profile)];
  return [
    { do: 'trigger', values: { pathTrigger: Trigger.home }, proof: notYet(begun, now) },
    { do: 'await', until: begun, failIf: notEnabled(profile), withinMs: START_MS, what: 'homing to start' },
  ];
}

/** Never moves: what is commanded and what is measured become 0 where the shaft stands. */
export function planSetPosition({ position }: { position: number }, now: Signals, profile: Profile): Plan {
  const refusal = problem(position, now, profile);
  if (refusal !== null) return refusal;
  const zeroed: Step = { do: 'command', signal: 'pathTrigger', value: Trigger.setZero };
  const until = notYet([readsZero('commandPosition'), readsZero('actualPosition')], now);
  const seen: Step = {
    do: 'await',
    until,
    failIf: notEnabled(profile),
    withinMs: ZERO_MS,
    what: 'the position to read 0',
  };
  return { ok: true, steps: until.length === 0 ? [zeroed] : [zeroed, seen] };
}

const readsZero = (signal: SignalName): Condition => ({ signal, mask: -1, equals: 0 });

function problem(position: number, now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const refusal = startProblem(now, profile);
  if (refusal !== null) return refusal;
  if (toDriveState(now, profile).moving !== false) return refused('wrong-state', 'the drive is not at rest');
  if (position === 0) return null;
  // the manuals do not say what the drive makes of another zero position (Pr8.11)
  return refused('unsupported', 'the reference of this drive is 0; place the range of the axis so that 0 lies there');
}
