import type { RunInterruption, RunResource, RunStep } from '../../contracts/index.ts';
import type { StoredRun } from '../store/index.ts';
import type { Instruction } from './domain/instruction.ts';
import { runStep } from './domain/run-step.ts';
import { hasEnded, type RunState, type Thread } from './domain/run-state.ts';

type Positions = Readonly<Record<string, number | null>>;

/** What the store keeps of a run beside its name: enough to show it and to go on with it, whatever became of its program. */
export interface RunRecord {
  readonly state: RunState;
  readonly parameters: RunResource['parameters'];
  readonly startedBy: string | null;
  readonly endedAt: string | null;
  readonly steps: readonly RunStep[];
  readonly failedStep: RunStep | null;
  /** Of every drive that it moves, when this was written. */
  readonly positions: Positions;
  readonly log: RunResource['log'];
  readonly seq: number;
  /** Texts of the program and of all that it calls, as they were at its start. */
  readonly sources: Readonly<Record<string, string>>;
  /** Names the list of instructions that `state` points into. */
  readonly outline: string;
}

export interface RunFacts {
  readonly id: string;
  readonly program: string;
  readonly programVersion: number;
  readonly startedAt: string;
}

export function storedRun(facts: RunFacts, record: RunRecord): StoredRun {
  return { ...facts, isFinished: hasEnded(record.state), record: { ...record } };
}

/** A stored run was written by this program, so its shape is trusted. */
export const recordIn = ({ record }: StoredRun): RunRecord => record as unknown as RunRecord;

/** Where the threads stand; one that waits for its branches is where they are. */
export const stepsOf = ({ threads }: RunState, instructions: readonly Instruction[]): readonly RunStep[] =>
  threads.flatMap((thread) => (thread.branches > 0 ? [] : (stepAt(thread, instructions) ?? [])));

function stepAt({ at, doing, pending }: Thread, instructions: readonly Instruction[]): RunStep | null {
  const instruction = instructions[at];
  if (instruction === undefined || instruction.op === 'end') return null;
  return runStep(instruction, doing?.action ?? pending);
}

/** Two lists of instructions with the same outline give the same meaning to where a run stands. */
export const outlineOf = (instructions: readonly Instruction[]): string =>
  instructions.map(({ op, where }) => `${op} ${where.program}/${where.path}`).join('\n');

export function runResource(facts: RunFacts, record: RunRecord, interruption: RunInterruption | null): RunResource {
  const { state, parameters, startedBy, endedAt, log, seq, steps, failedStep } = record;
  return {
    run: facts.id,
    program: facts.program,
    version: facts.programVersion,
    status: state.status,
    parameters,
    variables: Object.fromEntries(Object.entries(state.variables).filter(([name]) => !/[#/]/.test(name))),
    steps: [...steps],
    stepsDone: state.stepsDone,
    startedAt: facts.startedAt,
    startedBy,
    endedAt,
    error: state.error === null ? null : { code: state.error.code, detail: state.error.detail, step: failedStep },
    interruption,
    log,
    seq,
  };
}

export function interruptionOf(
  record: RunRecord,
  foundAt: string,
  now: (drive: string) => number | null,
): RunInterruption {
  return {
    foundAt,
    steps: [...record.steps],
    positions: Object.entries(record.positions).map(([drive, before]) => ({ drive, before, now: now(drive) })),
  };
}
