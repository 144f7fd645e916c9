import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import type { DriveIntent, Plan, SignalValues, Step } from '../scheme.ts';
import { movingOf, notReady } from './drive-state.ts';
import { commanded, control, Mode, ownWords, running, Word, zeroSpeeds } from './words.ts';

type MoveTo = Extract<DriveIntent, { kind: 'moveTo' }>;
type Halt = Extract<DriveIntent, { kind: 'halt' }>;
type MoveVelocity = Extract<DriveIntent, { kind: 'moveVelocity' }>;
type Refusal = Extract<Plan, { ok: false }>;

/** An absolute move: everything written and verified, then the start word of this motor alone. */
export function planMoveTo(wanted: MoveTo, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile) ?? notInMode(Mode.absolutePosition, now, profile);
  if (refusal !== null) return refusal;
  const { target: targetPosition, velocity: profileVelocity } = wanted;
  const setpoint = { targetPosition, profileVelocity, ...rampsOf(wanted) };
  return {
    ok: true,
    steps: [...toMode(Mode.absolutePosition, now), ...writeAndVerify(setpoint), ...start(now, profile)],
  };
}

/** Turning: the speed moves the motor as it is written, so that it is the trigger. */
export function planMoveVelocity(wanted: MoveVelocity, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile) ?? notInMode(Mode.speed, now, profile);
  if (refusal !== null) return refusal;
  if (wanted.velocity === 0) return planHalt({ kind: 'halt' }, now, profile);
  const targetVelocity = wanted.velocity;
  return {
    ok: true,
    steps: [
      ...toMode(Mode.speed, now),
      ...writeAndVerify(rampsOf(wanted)),
      { do: 'trigger', values: { targetVelocity }, proof: now.motorState === 0 ? [running] : [] },
      { do: 'verify', values: { targetVelocity } },
    ],
  };
}

/**
 * Stops this motor and leaves the other alone. In speed mode that is a speed of 0; in position mode the unit has no such
 * word, so the motor is sent to where it can come to rest, on its way and never beyond its old target.
 */
export function planHalt({ ramp }: Halt, now: Signals, profile: Profile): Plan {
  const refusal = notReady(now, profile);
  if (refusal !== null) return refusal;
  if (now.modeOfOperation === Mode.speed) {
    const toRest: Step = { do: 'command', signal: 'targetVelocity', value: 0 };
    return { ok: true, steps: [...(ramp === undefined ? [] : writeAndVerify({ profileDeceleration: ramp })), toRest] };
  }
  if (movingOf(now, profile) === false) return { ok: true, steps: [] };
  const asked: SignalValues = ramp === undefined ? {} : { profileDeceleration: ramp };
  const targetPosition = restingGoal({ ...now, ...asked }, profile);
  if (targetPosition === null) return refused('wrong-state', 'where the motor can come to rest is not known');
  const toRest = start(now, profile).map((step) => ({ ...step, freshForMs: GOAL_FRESH_FOR_MS }));
  return { ok: true, steps: [...writeAndVerify({ targetPosition, ...asked }), ...toRest] };
}

/** From the reading to the start word: a motor that has gone on for longer may be beyond its new target, and turn round. */
const GOAL_FRESH_FOR_MS = 150;

/**
 * Where the motor can come to rest. Whether its ramp time is that of the greatest speed or of the present one is not
 * known: the longer way of the two, so that it need not turn round. It may still be gathering speed meanwhile.
 */
function restingGoal(now: Signals, { registers }: Profile): number | null {
  const { actualPosition: position, actualVelocity: velocity, targetPosition: target, profileDeceleration } = now;
  if (position === undefined || velocity === undefined || target === undefined) return null;
  if (profileDeceleration === undefined || registers.profileDeceleration === undefined) return null;
  const rampS = registers.profileDeceleration.scale / profileDeceleration / 1000;
  const fastest = Math.max(Math.abs(velocity), now.profileVelocity ?? 0);
  const ahead = fastest * (GOAL_FRESH_FOR_MS / 1000 + rampS / 2);
  return Math.round(position + Math.sign(target - position) * Math.min(ahead, Math.abs(target - position)));
}

/** Both motors share the mode: it changes only while both stand. */
function notInMode(mode: number, now: Signals, profile: Profile): Refusal | null {
  if (ownWords(profile) === null) return refused('unsupported', 'which of the two motors is meant is not said');
  if (now.modeOfOperation === mode) return null;
  if (now.neighbourState !== 0) return refused('wrong-state', 'the other motor of the unit moves in another mode');
  return movingOf(now, profile) === false ? null : refused('wrong-state', 'the motor moves in another mode; halt it');
}

/** A mode counts from the next enabling on. */
function toMode(mode: number, now: Signals): readonly Step[] {
  if (now.modeOfOperation === mode) return [];
  const { enable } = Word;
  return [
    zeroSpeeds,
    ...writeAndVerify({ modeOfOperation: mode }),
    control(enable),
    { do: 'await', until: [commanded(enable)], withinMs: 1000, settleMs: 20, what: 'the mode to be taken' },
  ];
}

function rampsOf({ acceleration, deceleration }: Pick<MoveTo, 'acceleration' | 'deceleration'>): SignalValues {
  return { profileAcceleration: acceleration, profileDeceleration: deceleration };
}

/**
 * The start word stays in the register that both motors share, until somebody writes another: it proves a start only where
 * it did not stand there before, and nothing where it is gone.
 */
function start(now: Signals, profile: Profile): readonly Step[] {
  const word = ownWords(profile)?.start;
  if (word === undefined) return [];
  const proof = [...(now.motorState === 0 ? [running] : []), ...(now.controlword === word ? [] : [commanded(word)])];
  return [{ do: 'trigger', values: { controlword: word }, proof, isPulse: true }];
}
