import type { Value } from '../../../../config/expressions/index.ts';
import type { RunStatus } from '../../../contracts/index.ts';
import type { Instruction, Which } from './instruction.ts';

/** What a run is doing, its quantities evaluated: plain JSON, the same each time it is begun anew. */
export type Action =
  | {
      readonly do: 'move';
      readonly drive: string;
      readonly position: number;
      readonly velocity?: number;
      readonly acceleration?: number;
      readonly deceleration?: number;
    }
  | {
      readonly do: 'group-move';
      readonly group: string;
      readonly targets: Readonly<Record<string, number>>;
      readonly sync: 'phase' | 'time' | 'none';
      readonly velocityScale?: number;
      readonly durationMs?: number;
    }
  | { readonly do: 'home'; readonly which: Which }
  | { readonly do: 'stop'; readonly which: Which | 'all' }
  | { readonly do: 'wait'; readonly forMs: number }
  | { readonly do: 'wait-for' };

/** What reaches drives; the rest is the run's own waiting. */
export type DriveAction = Exclude<Action, { readonly do: 'wait' | 'wait-for' }>;
export const reachesDrives = (action: Action): action is DriveAction =>
  action.do !== 'wait' && action.do !== 'wait-for';

/** An action that was begun and has not ended, as far as is known. */
export interface Doing {
  /** Of the command that the drive or group is sent. */
  readonly id: string;
  readonly action: Action;
  /** Monotonic. */
  readonly startedMs: number;
  readonly deadlineMs: number;
}

/** One strand of a run: the program itself is the first, each branch of a parallel step is one more. */
export interface Thread {
  readonly id: number;
  readonly parent: number | null;
  /** The instruction it stands at. */
  readonly at: number;
  readonly doing: Doing | null;
  /** What it was doing when the run was paused or cut off: begun anew with the same targets. */
  readonly pending: Action | null;
  readonly branches: number;
}

interface RunError {
  readonly code: string;
  readonly detail: string;
  /** The instruction that failed. */
  readonly at: number | null;
}

/** Everything a run is, as JSON: kept before anything is done, so that after a crash it is known what was being done. */
export interface RunState {
  readonly status: RunStatus;
  readonly threads: readonly Thread[];
  readonly variables: Readonly<Record<string, number | boolean>>;
  /** Steps that may still begin before it pauses by itself; null without end. */
  readonly stepsLeft: number | null;
  readonly stepsDone: number;
  readonly nextThread: number;
  readonly error: RunError | null;
}

export type RunEvent =
  | { readonly kind: 'go' }
  | { readonly kind: 'step' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'abort'; readonly why: string }
  /** Nobody runs it any more: found so after a crash, or left so by an orderly end of the process. */
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'ended'; readonly id: string; readonly outcome: Outcome }
  /** Time has passed, or a reading has changed. */
  | { readonly kind: 'look' };

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly detail: string };

export type RunEffect =
  | { readonly kind: 'perform'; readonly id: string; readonly action: DriveAction }
  /** Ends what was begun; nothing waits for it. */
  | { readonly kind: 'cancel'; readonly id: string; readonly action: DriveAction }
  | { readonly kind: 'log'; readonly text: string };

/** What a run is told about the world when an event comes. */
export interface RunContext {
  readonly instructions: readonly Instruction[];
  readonly nowMs: number;
  readonly reading: (drive: string, reading: string) => Value;
  readonly newId: () => string;
}

export interface Advanced {
  readonly run: RunState;
  readonly effects: readonly RunEffect[];
}

const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>(['done', 'failed', 'aborted']);
export const hasEnded = ({ status }: Pick<RunState, 'status'>): boolean => ENDED.has(status);

export const startOf = (variables: RunState['variables']): RunState => ({
  status: 'paused',
  threads: [{ id: 0, parent: null, at: 0, doing: null, pending: null, branches: 0 }],
  variables,
  stepsLeft: null,
  stepsDone: 0,
  nextThread: 1,
  error: null,
});

/** Monotonic instant at which the run wants to be looked at even if nothing happens; null when never. */
export function nextLookMs({ status, threads }: RunState): number | null {
  if (status !== 'running') return null;
  const due = threads.flatMap(({ doing }) => (doing === null ? [] : [Math.min(doing.deadlineMs, endOfWaitMs(doing))]));
  return due.length === 0 ? null : Math.min(...due);
}

export const endOfWaitMs = ({ action, startedMs }: Doing): number =>
  action.do === 'wait' ? startedMs + action.forMs : Infinity;
