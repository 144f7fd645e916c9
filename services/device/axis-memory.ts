import type { AxisUnits, Counts } from '../../drivers/base/index.ts';
import type { DriveIntent, DriveLink, DriveSample, Executed, Part } from '../../drivers/drive/index.ts';
import type { ProblemCode } from '../contracts/index.ts';
import type { CommandRecord } from './command-record.ts';
import type { MotionKind } from './domain/axis-state.ts';
import { READS_AT_REST, type Expectation, type Progress } from './domain/completion.ts';
import type { MotionPlan } from './domain/motion-plan.ts';

/** The hands of a command: what it may do to the drive while it runs. */
export interface Hands {
  /** The id of the command, for events. */
  readonly command: string;
  execute(intent: DriveIntent, part?: Part): Promise<Executed>;
  /** Ends this command's own motion, however late: its time to live was for the start. */
  halt(): Promise<Executed>;
  /** Deadline for the completion of a motion that was just acknowledged. */
  deadlineFor(plannedDurationMs: number | null): number;
}

/** What a jog was last asked for. */
export interface Renewal {
  /** As its sender's clock says it, milliseconds since 1970; null where none said. */
  readonly issuedAtUnixMs: number | null;
  /** Signed, axis units/s, under the override of that time. */
  readonly velocity: number;
}

/** What a command will do, decided at admission. `perform` resolves with what must be seen before it has ended. */
export interface Work {
  readonly motion: Motion | null;
  /** A start time that was asked for; its first frame may leave that much later. */
  readonly startsInMs?: number;
  /** The kind of motion that it takes the place of: until a reading after its beginning shows the axis at rest, nothing stands still. */
  readonly endsMotion?: MotionKind | undefined;
  /** How long `perform` takes by its plan, beside what the drive needs to take a command; 0 where it is left out. */
  readonly performsForMs?: number;
  /** Of a jog: its newest accepted renewal. */
  readonly renewal?: Renewal;
  /** The same motion planned anew, from here and now, for another override; absent where it cannot be. */
  readonly replan?: () => MotionPlan;
  /** Called once when all that was expected has been seen. */
  readonly onDone?: () => void;
  /** Called once when something else ended it. */
  readonly onAborted?: () => void;
  perform(hands: Hands): Promise<Expectation | null>;
}

export interface Motion {
  readonly kind: MotionKind;
  readonly from: AxisUnits | null;
  readonly target: AxisUnits | null;
  readonly targetCounts: Counts | null;
  readonly plannedDurationMs: number | null;
}

/** One admitted command on its way through the axis. */
export interface Job {
  readonly record: CommandRecord;
  /** Changes when the running motion is given another target or velocity. */
  work: Work;
  /** False once a stop came or the command has ended: none of its frames may move the axis any more. */
  readonly stillWanted: () => boolean;
  /** Token of the orchestrator through which it came; a wait in the queue must not outlive its leadership. */
  fence: string | undefined;
  /** Monotonic instant until which its first motion frame must have left. */
  notAfterMs: number;
  /** The caller's own limit for the whole command; null when the plan decides. */
  readonly timeoutMs: number | null;
  /** Waits to be given to the drive; the newest wins. */
  next: MotionPlan | null;
  watch: { readonly expectation: Expectation; progress: Progress } | null;
  resolved: boolean;
  /** The answer to its trigger was lost, and is being looked for by reading back. */
  inDoubt: boolean;
  startedAtMs: number | null;
}

export interface Armed {
  /** Null: no common start is meant. */
  readonly group: number | null;
  readonly untilMs: number;
  /** The same instant for people. */
  readonly until: string;
  readonly plan: MotionPlan;
  readonly from: AxisUnits | null;
  /** The drive's set-point count while armed; another one later means that it started. */
  readonly setpointCounter: number | null;
}

/** Everything an axis remembers. Nothing of it outlives the process: the epoch makes that safe. */
export interface AxisMemory {
  epoch: string;
  link: DriveLink;
  sample: DriveSample | null;
  /** How old that may become, from how often the line was read when it came. */
  believedForMs: number;
  /** Found in motion and left alone: whose motion it is nobody knows, until it rests. */
  foundInMotion: boolean;
  /** A fresh reading since the link came up has been judged; before that nothing is commanded. */
  attached: boolean;
  stopLatched: boolean;
  /** Monotonic instant of the last halt or stop: what was issued before it begins no motion after it. */
  haltedAtMs: number | null;
  /** A stop is being carried out and proved. */
  stopUnderWay: boolean;
  /** Held in error by the service, beside any fault of the drive. */
  error: { readonly code: ProblemCode; readonly detail: string } | null;
  /** The reference is lost (reboot) until the axis is homed or told its position. */
  referenceVoid: boolean;
  /** Homed or told its position in this epoch. */
  referencedHere: boolean;
  /** Homing or set-position has just given the position another name: the next reading may differ by any amount. */
  positionDeclared: boolean;
  active: Job | null;
  /**
   * Monotonic instant of the last set-point that the drive has acknowledged, or at which a motion lost its command and
   * went on: readings of before do not show whether the axis moves.
   */
  mayMoveSinceMs: number;
  /** How many readings in a row have shown it at rest since then. */
  restReads: number;
  /** Id of the command that was begun last; null before the first. */
  begunLast: string | null;
  readonly queue: Job[];
  armed: Armed | null;
  /** Locked by a person who works on the axis. */
  maintenance: { readonly reason: string; readonly since: string } | null;
  /** Share of every asked velocity, above 0 to 1. */
  override: number;
  /** The last commanded target as long as it is meant to be held. */
  target: AxisUnits | null;
  /** Where an axis without a command rests: movement away from here is nobody's order. */
  restingAt: Counts | 'unmeasured' | null;
  /** Counts every change that a state message could show. */
  sequence: number;
}

export function createAxisMemory(epoch: string): AxisMemory {
  return {
    epoch,
    link: { state: 'offline', reason: 'not connected yet' },
    sample: null,
    believedForMs: 0,
    foundInMotion: false,
    attached: false,
    stopLatched: false,
    haltedAtMs: null,
    stopUnderWay: false,
    error: null,
    referenceVoid: false,
    referencedHere: false,
    positionDeclared: false,
    active: null,
    mayMoveSinceMs: -Infinity,
    restReads: 0,
    begunLast: null,
    queue: [],
    armed: null,
    maintenance: null,
    override: 1,
    target: null,
    restingAt: null,
    sequence: 0,
  };
}

export function mayMove(memory: AxisMemory, sinceMs: number): void {
  memory.mayMoveSinceMs = sinceMs;
  memory.restReads = 0;
}

export function noteReading(memory: AxisMemory, sample: DriveSample): void {
  const isRest = sample.state.moving === false && sample.sampledAtMs >= memory.mayMoveSinceMs;
  memory.restReads = isRest ? memory.restReads + 1 : 0;
  memory.sample = sample;
}

/** One reading at rest may be of the instant in which a motion began. */
export const isSeenAtRest = ({ restReads }: AxisMemory): boolean => restReads >= READS_AT_REST;
