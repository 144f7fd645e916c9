import { isDriverError } from '../../drivers/base/index.ts';
import type { DriveSample } from '../../drivers/drive/index.ts';
import { Refusal, type ProblemCode } from '../contracts/index.ts';
import type { Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisView } from './axis-view.ts';
import type { CommandError, CommandOutcome, CommandResult } from './command-record.ts';
import { codeOfDriverError } from './driver-refusal.ts';

export const abortedBy = (by: string, detail: string, code: ProblemCode = 'superseded'): CommandOutcome => ({
  status: 'aborted',
  error: { code, detail, by },
});

/** An error that nobody foresaw may have come from anywhere: it is told, and the axis is treated as moving. */
export function explain(error: unknown): { readonly why: CommandError; readonly mayHaveActed: boolean } {
  if (isDriverError(error)) {
    return {
      why: { code: codeOfDriverError(error), detail: error.message },
      mayHaveActed: error.executed === 'unknown',
    };
  }
  if (error instanceof Refusal) {
    return { why: { code: error.problem.code, detail: error.problem.detail }, mayHaveActed: false };
  }
  return { why: { code: 'internal', detail: String(error) }, mayHaveActed: true };
}

/** A faulted drive brakes by itself and stays in fault until it is reset. */
export function mustBeContained({ work, record, watch }: Job, { code }: CommandError, mayMove: boolean): boolean {
  if (code === 'fault') return false;
  // what it took the place of goes on without a command
  if (work.motion === null) return work.endsMotion !== undefined;
  // whoever still renews a jog that its drive has ended must let go before it moves again
  const isStillRenewed = record.command === 'jog' && watch !== null;
  return mayMove || isStillRenewed || code === 'targetNotReached';
}

export function hasArrived(job: Job, { state }: DriveSample, toleranceCounts: number): boolean {
  const target = job.work.motion?.targetCounts ?? null;
  if (target === null || state.position === null || state.moving !== false) return false;
  return Math.abs(state.position - target) <= toleranceCounts;
}

export function resultOf(job: Job, { kit, view }: { readonly kit: AxisKit; readonly view: AxisView }): CommandResult {
  const finalPosition = view.position();
  const target = job.work.motion?.target ?? null;
  return {
    finalPosition,
    positionError: finalPosition === null || target === null ? null : finalPosition - target,
    durationMs: job.startedAtMs === null ? null : kit.clock.nowMs() - job.startedAtMs,
    plannedDurationMs: job.work.motion?.plannedDurationMs ?? null,
    ...(job.resolved ? { resolved: true } : {}),
  };
}
