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
export function planMoveTo(
  { target, velocity, acceleration, deceleration }: PositionSetpoint,
  now: Signals,
  profile: Profile,
): Plan {
  const wanted = { mode: Mode.position, position: target, velocity, acceleration, deceleration };
  const arrived: Condition = { signal: 'commandPosition', mask: -1, equals: Math.round(target) };
  return startProblem(now, profile) ?? run({ path: pathFor(wanted, now, profile), ends: [arrived] }, now, profile);
}

/** Ends only by another command: nothing in the drive watches whether anybody still talks to it. */
export function planMoveVelocity(
  { velocity, acceleration, deceleration }: Velocity,
  now: Signals,
  profile: Profile,
): Plan {
  const position = now.actualPosition ?? 0;
  const wanted = { mode: Mode.velocity, position, velocity, acceleration, deceleration };
  return startProblem(now, profile) ?? run({ path: pathFor(wanted, now, profile), ends: [] }, now, profile);
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

interface Run {
  readonly path: Path;
  /** What is seen when it has ended; nothing where it goes on for ever. */
  readonly ends: readonly Condition[];
}

/** Parameters first and verified, then the trigger in a frame of its own. */
function run({ path: { number, values }, ends }: Run, now: Signals, profile: Profile): Plan {
  const taken = [Shows.running(number), Shows.settling, Shows.done(number), statusIs({ running: true }, profile)];
  const steps: readonly Step[] = [
    { do: 'write', values },
    { do: 'verify', values },
    {
      do: 'trigger',
      values: { pathTrigger: runPath(number) },
      proof: notYet([Shows.written(number), ...taken, ...ends], now),
    },
  ];
  // to where the drive is already it does not move: there is nothing to be seen then
  const isNothing = ends.length > 0 && notYet(ends, now).length === 0;
  return { ok: true, steps: isNothing ? steps : [...steps, awaitTaken(notYet([...taken, ...ends], now), profile)] };
}

function awaitTaken(until: readonly Condition[], profile: Profile): Step {
  return { do: 'await', until, failIf: notEnabled(profile), withinMs: ACCEPTED_MS, what: 'the path to be taken' };
}
