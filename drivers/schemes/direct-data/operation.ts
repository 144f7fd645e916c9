import type { Profile, Signals } from '../../profile/index.ts';
import { notYet } from '../not-yet.ts';
import { refused } from '../refused.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import type { Condition, DriveIntent, Plan, PositionSetpoint, SignalValues, Step } from '../scheme.ts';
import { startProblem } from './drive-state.ts';
import { factsOf, inputs, output, powered, reads, shows } from './words.ts';

type Velocity = Extract<DriveIntent, { kind: 'moveVelocity' }>;

/** MOVE rises within 2 ms of the answer; the rest is for reads. */
const START_MS = 500;
const READY_MS = 500;

interface Operation {
  readonly values: SignalValues;
  /** What the drive shows once it obeys, each a proof if it did not hold before. */
  readonly shown: readonly Condition[];
}

/** One absolute move; a running one is replaced at once. Relative types are never used: a repeat would add up. */
export function planMoveTo(wanted: PositionSetpoint, now: Signals, profile: Profile): Plan {
  const target = Math.round(wanted.target);
  const shown = [reads('targetMonitor', target), reads('demandPosition', target)];
  const values = {
    ...common(wanted, profile),
    operationType: factsOf(profile).operations.position,
    targetPosition: target,
  };
  return problem(now, profile) ?? lackOfCoordinates(now, profile) ?? start({ values, shown }, now, profile);
}

/**
 * Continuous operation by speed; the watchdog of the line ends it when nobody talks any more. The lifetime of the
 * operation would end it although polls still come, because only another operation prolongs it.
 */
export function planMoveVelocity(wanted: Velocity, now: Signals, profile: Profile): Plan {
  const { velocity: operationType } = factsOf(profile).operations;
  const values = { ...common(wanted, profile), operationType, targetPosition: now.actualPosition ?? 0 };
  return problem(now, profile) ?? start({ values, shown: [] }, now, profile);
}

/** The block keeps what an earlier operation left in it, so that every word is written. */
function common({ velocity, acceleration, deceleration }: Velocity | PositionSetpoint, profile: Profile): SignalValues {
  return {
    profileVelocity: velocity,
    profileAcceleration: acceleration,
    profileDeceleration: deceleration,
    torqueLimit: factsOf(profile).torqueLimit,
  };
}

/** A drive that is not ready ignores the trigger, some of them without a word. */
function problem(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const refusal = startProblem(now, profile);
  if (refusal !== null || isReady(now, profile) || isHeld(now, profile)) return refusal;
  return refused('wrong-state', 'the drive is not ready for direct data: another operation runs, or an input holds it');
}

function isReady({ statusword }: Signals, profile: Profile): boolean {
  const isMovingReady = !factsOf(profile).readyInMotion && output('moving', statusword, profile) === true;
  return isMovingReady || output('ready', statusword, profile) === true;
}

/** Alarm 4Ah would be the answer. */
function lackOfCoordinates(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const isLacking = output('coordinates', now.statusword, profile) === false && now.absoluteWithoutHome !== 1;
  return isLacking ? refused('wrong-state', 'the drive has no coordinates: home it or set its position first') : null;
}

/** An input that this software left high, or somebody else: STOP, QSTOP, FREE or HOME. */
const isHeld = ({ inputCommand = 0 }: Signals, profile: Profile): boolean => (inputCommand & ~powered(profile)) !== 0;

function letGo(now: Signals, profile: Profile): readonly Step[] {
  if (!isHeld(now, profile)) return [];
  return [
    inputs((now.inputCommand ?? 0) & powered(profile)),
    {
      do: 'await',
      until: [shows({ ready: true }, profile), shows({ moving: true }, profile)],
      failIf: [shows({ alarm: true }, profile)],
      withinMs: READY_MS,
      what: 'the drive to be ready for direct data',
    },
  ];
}

/** Parameters first and verified, the trigger in a frame of its own, both of its words together. */
function start({ values, shown }: Operation, now: Signals, profile: Profile): Plan {
  const velocity = reads('targetVelocityMonitor', values.profileVelocity ?? 0);
  const seen = notYet([...shown, velocity, shows({ moving: true }, profile)].filter(isReadable(profile)), now);
  const isNothing = shown.length > 0 && notYet(shown.filter(isReadable(profile)), now).length === 0;
  const steps: readonly Step[] = [
    ...letGo(now, profile),
    ...writeAndVerify(values),
    {
      do: 'trigger',
      values: { directDataTrigger: factsOf(profile).startTrigger },
      proof: seen,
      disproof: stale(shown, now),
    },
  ];
  // to where the drive is already it does not move: there is nothing to be seen then
  return { ok: true, steps: isNothing || seen.length === 0 ? steps : [...steps, awaitStart(seen, profile)] };
}

const isReadable =
  ({ registers }: Profile) =>
  ({ signal }: Condition): boolean =>
    registers[signal] !== undefined;

/** The drive still shows the target that it had before. */
function stale(shown: readonly Condition[], { targetMonitor }: Signals): readonly Condition[] {
  const isNew =
    targetMonitor !== undefined &&
    shown.some(({ signal, equals }) => signal === 'targetMonitor' && equals !== targetMonitor);
  return isNew ? [reads('targetMonitor', targetMonitor)] : [];
}

function awaitStart(until: readonly Condition[], profile: Profile): Step {
  const failIf = [shows({ alarm: true }, profile)];
  return { do: 'await', until, failIf, withinMs: START_MS, what: 'the operation to start' };
}
