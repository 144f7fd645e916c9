import type { Counts } from '../../../drivers/base/index.ts';
import type { DriveSample, DriveState } from '../../../drivers/drive/index.ts';
import type { ProblemCode } from '../../contracts/index.ts';

/** What must be seen before a command has ended. All instants monotonic. */
export interface Expectation {
  /** `move`: at rest at the target; `home`: homing attained; `rest`: only at rest. */
  readonly kind: 'move' | 'home' | 'rest';
  readonly target: Counts | null;
  readonly toleranceCounts: number;
  /** Readings older than the acknowledge of this set-point prove nothing. */
  readonly acknowledgedAtMs: number;
  /** The drive's count after the acknowledge; another count means another set-point. Null where it does not count. */
  readonly setpointCounter: number | null;
  readonly deadlineMs: number;
  /** A shaft that has not turned for so long while its drive says that it runs is blocked; null where that tells nothing. */
  readonly stallMs: number | null;
}

/** What the readings so far have shown. */
export interface Progress {
  readonly restReads: number;
  readonly hasMoved: boolean;
  /** Where the shaft was read first of those places that are all the same, and when; null before the first reading. */
  readonly stood: { readonly at: Counts; readonly sinceMs: number } | null;
}

export const atStart: Progress = { restReads: 0, hasMoved: false, stood: null };

export type Verdict =
  | { readonly kind: 'running'; readonly progress: Progress }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ProblemCode; readonly detail: string };

/** One reading at rest may be the instant of a turn-round or of a late start. */
export const READS_AT_REST = 2;
/** At rest away from the target for so long is no settling and no turn-round: the drive has stopped by itself. */
const READS_STOPPED = 10;

const failed = (code: ProblemCode, detail: string): Verdict => ({ kind: 'failed', code, detail });

export function judge(expected: Expectation, before: Progress, sample: DriveSample): Verdict {
  if (sample.sampledAtMs <= expected.acknowledgedAtMs) return { kind: 'running', progress: before };
  const { state } = sample;
  const broken = findTrouble(expected, state);
  if (broken !== null) return broken;
  const progress: Progress = {
    restReads: state.moving === false ? before.restReads + 1 : 0,
    hasMoved: before.hasMoved || state.moving === true,
    stood: standingSince(before.stood, sample),
  };
  if (isBlocked(expected, progress, sample)) return failed('stalled', 'The drive runs, but its shaft does not turn.');
  const ended = progress.restReads >= READS_AT_REST ? judgeAtRest(expected, progress, state) : null;
  if (ended !== null) return ended;
  const isLate = sample.sampledAtMs > expected.deadlineMs && !seemsThere(expected, state);
  return isLate ? judgeTooLate(expected) : { kind: 'running', progress };
}

function standingSince(before: Progress['stood'], { sampledAtMs, state }: DriveSample): Progress['stood'] {
  if (state.position === null || state.moving !== true) return null;
  return before?.at === state.position ? before : { at: state.position, sinceMs: sampledAtMs };
}

function isBlocked({ stallMs }: Expectation, { stood }: Progress, { sampledAtMs }: DriveSample): boolean {
  return stallMs !== null && stood !== null && sampledAtMs - stood.sinceMs > stallMs;
}

/** At rest at the target, and another reading will prove it: on a bad line the readings may be late, not the axis. */
function seemsThere(expected: Expectation, state: DriveState): boolean {
  return (
    expected.kind === 'move' && state.moving === false && state.targetReached !== false && isAtTarget(expected, state)
  );
}

function findTrouble(expected: Expectation, state: DriveState): Verdict | null {
  if (state.power === 'fault' || state.power === 'fault-reaction') {
    return failed('fault', `The drive reports a fault: ${state.fault?.text ?? 'unknown'}.`);
  }
  if (state.power !== 'enabled') return failed('unexpectedStop', `The drive left its enabled state: ${state.power}.`);
  if (expected.kind === 'home' && state.homing === 'error')
    return failed('homingFailed', 'The drive reports that homing failed.');
  return isForeign(expected, state)
    ? failed('unexpectedMotion', 'The drive accepted a set-point that was not ours.')
    : null;
}

function isForeign({ setpointCounter: ours }: Expectation, { setpointCounter: now }: DriveState): boolean {
  return ours !== null && now !== null && now !== ours;
}

/** At rest: at the goal, or stopped on the way, or (null) not started or settled yet. */
function judgeAtRest(expected: Expectation, progress: Progress, state: DriveState): Verdict | null {
  if (expected.kind === 'rest') return { kind: 'done' };
  if (expected.kind === 'home') return state.homing === 'attained' ? { kind: 'done' } : null;
  if (isAtTarget(expected, state)) return state.targetReached === false ? null : { kind: 'done' };
  return progress.hasMoved && progress.restReads >= READS_STOPPED ? judgeStopped(expected, state) : null;
}

function isAtTarget(expected: Expectation, state: DriveState): boolean {
  if (state.position === null || expected.target === null) return false;
  return Math.abs(state.position - expected.target) <= expected.toleranceCounts;
}

function judgeStopped({ toleranceCounts }: Expectation, state: DriveState): Verdict {
  if (state.limits.negative === true || state.limits.positive === true) {
    return failed('hardLimitActive', 'The drive stopped at a limit switch.');
  }
  if (state.internalLimit) return failed('softLimit', 'The drive stopped at a limit of its own.');
  // it still wants to be elsewhere than it is
  const isPushing = state.targetReached === false && Math.abs(state.followingError ?? 0) > toleranceCounts;
  if (isPushing) return failed('stalled', 'The shaft stands away from where the drive drives it.');
  return state.targetReached === true
    ? failed('targetNotReached', 'The drive says it has arrived, but it rests outside the tolerance.')
    : failed('unexpectedStop', 'The drive stopped by itself on its way to the target.');
}

function judgeTooLate(expected: Expectation): Verdict {
  if (expected.kind === 'home') return failed('homingTimeout', 'Homing did not end within its time.');
  if (expected.kind === 'rest') return failed('driveTimeout', 'The axis did not come to rest within its time.');
  return failed('targetNotReached', 'The target was not reached within the planned duration and its margin.');
}

/** Longer than mechanics and their drive take to show the first step of a motion. */
const SHOWS_MOTION_MS = 2000;
/** As many steps as noise and rounding could hide. */
const HIDDEN_STEPS = 5;

/** How long a shaft may be read at one place while it runs: it speeds up, and its readings come in steps. */
export function stallMsOf(setpoint: { velocity: number; acceleration: number }, stepCounts: number): number {
  const { velocity, acceleration } = setpoint;
  return SHOWS_MOTION_MS + 1000 * ((HIDDEN_STEPS * stepCounts) / velocity + velocity / acceleration);
}

/** How long a motion may take before it has failed: its plan, half as much again, and a second for settling. */
export function allowedMs(plannedDurationMs: number): number {
  return plannedDurationMs * 1.5 + 1000;
}

/**
 * From the start of a command until the drive must have taken it. Each step has a shorter deadline of its own; all of them
 * together, on a line in trouble, stay below this.
 */
export const ACCEPTED_WITHIN_MS = 15_000;

/** After a motion's own deadline the readings have so long to tell how it ended. */
export const TOLD_WITHIN_MS = 2000;
