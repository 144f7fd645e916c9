import type { Profile, Signals } from '../../profile/index.ts';
import { notYet } from '../not-yet.ts';
import type { Condition, DriveIntent, Plan, PositionSetpoint, SignalValues, Step } from '../scheme.ts';
import { startProblem } from './drive-state.ts';
import { has, Mode, notEnabled, runPath, Shows, statusIs } from './words.ts';

type Velocity = Extract<DriveIntent, { kind: 'moveVelocity' }>;

interface Path {
  readonly number: 0 | 1;
  readonly values: SignalValues;
}

interface Wanted {
  readonly mode: number;
  readonly position: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** How long the drive may take until the trigger shows that it runs; a scan, and a few reads. */
const ACCEPTED_MS = 500;

/** One absolute move; a running one is replaced at once. Relative moves are never the drive's business. */
export function planMoveTo({ target, ...ramp }: PositionSetpoint, now: Signals, profile: Profile): Plan {
  const wanted = { ...ramp, mode: Mode.position, position: target };
  const arrived: Condition = { signal: 'commandPosition', mask: -1, equals: Math.round(target) };
  return startProblem(now, profile) ?? { ok: true, steps: run(pathFor(wanted, now, profile), [arrived], now, profile) };
}

/** Ends only by another command: nothing in the drive watches whether anybody still talks to it. */
export function planMoveVelocity({ kind: _, ...ramp }: Velocity, now: Signals, profile: Profile): Plan {
  const wanted = { ...ramp, mode: Mode.velocity, position: now.actualPosition ?? 0 };
  return startProblem(now, profile) ?? { ok: true, steps: run(pathFor(wanted, now, profile), [], now, profile) };
}

/**
 * The first path; the second one while the first is under way. So the parameters of a running path are never touched,
 * and what the trigger shows of the new path is news: it proves which of two commands the drive obeys.
 */
function pathFor(wanted: Wanted, now: Signals, profile: Profile): Path {
  const hasSpare = profile.registers.spareMode !== undefined;
  const isBusy = now.statusword !== undefined && has('running', now.statusword, profile);
  const isFirst = now.pathTrigger === Shows.running(0).equals || now.pathTrigger === Shows.written(0).equals;
  return hasSpare && isBusy && isFirst ? spare(wanted) : first(wanted);
}

const first = ({ mode, position, velocity, acceleration, deceleration }: Wanted): Path => ({
  number: 0,
  values: {
    pathMode: mode,
    targetPosition: position,
    profileVelocity: velocity,
    profileAcceleration: acceleration,
    profileDeceleration: deceleration,
    pathDwell: 0,
  },
});

const spare = ({ mode, position, velocity, acceleration, deceleration }: Wanted): Path => ({
  number: 1,
  values: {
    spareMode: mode,
    sparePosition: position,
    spareVelocity: velocity,
    spareAcceleration: acceleration,
    spareDeceleration: deceleration,
    spareDwell: 0,
  },
});

/** Parameters first and verified, then the trigger in a frame of its own. */
function run(path: Path, ended: readonly Condition[], now: Signals, profile: Profile): readonly Step[] {
  const { values, number } = path;
  const taken = [Shows.running(number), Shows.settling, Shows.done(number), statusIs({ running: true }, profile)];
  const accepted = notYet([...taken, ...ended], now);
  return [
    { do: 'write', values },
    { do: 'verify', values },
    {
      do: 'trigger',
      values: { pathTrigger: runPath(number) },
      proof: notYet([Shows.written(number), ...taken, ...ended], now),
    },
    // to where the drive is already it does not move: there is nothing to be seen then
    ...(accepted.length === 0 || isNothing(ended, now) ? [] : [awaitAccepted(accepted, profile)]),
  ];
}

const isNothing = (ended: readonly Condition[], now: Signals): boolean =>
  ended.length > 0 && notYet(ended, now).length === 0;

function awaitAccepted(until: readonly Condition[], profile: Profile): Step {
  return { do: 'await', until, failIf: notEnabled(profile), withinMs: ACCEPTED_MS, what: 'the path to be taken' };
}
