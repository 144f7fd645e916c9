import { isDriverError, type AxisUnits } from '../../drivers/base/index.ts';
import type { DriveSample, Executed } from '../../drivers/drive/index.ts';
import { Refusal, type ProblemCode } from '../contracts/index.ts';
import type { AxisMemory, Hands, Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisView } from './axis-view.ts';
import type { CommandError, CommandOutcome, CommandResult } from './command-record.ts';
import {
  ACCEPTED_WITHIN_MS,
  allowedMs,
  atStart,
  judge,
  TOLD_WITHIN_MS,
  type Expectation,
} from './domain/completion.ts';
import type { MotionPlan } from './domain/motion-plan.ts';
import { arrival, motionOf } from './motion-work.ts';
import { codeOfDriverError } from './driver-refusal.ts';
import { JobDeadline } from './job-deadline.ts';

/** A new speed for a running motion is of no use later. */
const RETARGET_WITHIN_MS = 2000;

interface RunnerParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
  /** Stops an axis that may still move after its command has failed. */
  readonly contain: (cause: string) => void;
}

export const abortedBy = (by: string, detail: string, code: ProblemCode = 'superseded'): CommandOutcome => ({
  status: 'aborted',
  error: { code, detail, by },
});

/** Runs one command after the other, each to exactly one end. */
export class AxisRunner {
  readonly #parts: RunnerParts;
  readonly #deadline: JobDeadline;
  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#deadline = new JobDeadline(parts.kit.clock, (job) => this.#overdue(job));
  }

  /** Takes the place of whatever runs or waits. */
  start(job: Job): void {
    this.clear(abortedBy(job.record.id, `Superseded by ${job.record.command}.`));
    this.#begin(job);
  }

  /** Behind the running motion, or at once when there is none. */
  enqueue(job: Job): void {
    const { kit, memory } = this.#parts;
    if (memory.active === null) {
      this.#begin(job);
      return;
    }
    memory.queue.push(job);
    job.record.queue();
    kit.listener.changed();
  }

  /** Runs beside whatever runs, and gives the running motion the plan that follows from it. */
  async accompany(job: Job): Promise<void> {
    const { active } = this.#parts.memory;
    job.record.activate();
    await this.#perform(job);
    const replan = active?.work.replan;
    if (active !== null && replan !== undefined && !active.record.hasEnded()) this.#replan(active, replan);
  }

  /** Gives the running motion another target or velocity. One frame sequence at a time; of those that wait the newest wins. */
  retarget(job: Job, plan: MotionPlan): void {
    const isUnderWay = job.next !== null || job.watch === null;
    job.next = plan;
    if (!isUnderWay) void this.#followNext(job);
  }

  #replan(job: Job, replan: () => MotionPlan): void {
    try {
      job.notAfterMs = this.#parts.kit.clock.nowMs() + RETARGET_WITHIN_MS;
      this.retarget(job, replan());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#parts.kit.listener.event({ type: 'override-not-applied', detail: error.problem.detail });
    }
  }

  async #followNext(job: Job): Promise<void> {
    const { kit } = this.#parts;
    try {
      for (let plan = job.next; plan !== null && !job.record.hasEnded(); plan = job.next) {
        job.next = null;
        const before = job.watch;
        // until the drive has acknowledged it, readings may show either set-point
        job.watch = null;
        this.#deadline.set(job, kit.clock.nowMs() + ACCEPTED_WITHIN_MS);
        const executed = await this.#executeInTime(job, plan);
        if (job.record.hasEnded()) return;
        if (executed === null) this.#watchOn(job, before);
        else this.#watchAnew(job, plan, executed);
      }
    } catch (error) {
      const { why, mayHaveActed } = explain(error);
      this.fail(job, why, mayHaveActed);
    }
  }

  /** Null for a renewal whose time ran out before its set-point could leave: the jog still ends where it would have ended. */
  async #executeInTime(job: Job, plan: MotionPlan): Promise<Executed | null> {
    try {
      return await this.#handsOf(job).execute({ kind: 'moveTo', ...plan.setpoint });
    } catch (error) {
      if (job.work.renewal === undefined || !isDriverError(error) || error.code !== 'EXPIRED') throw error;
      const detail = 'The time to live of the renewal ran out before it could be sent; it has not prolonged the jog.';
      this.#parts.kit.listener.event({ type: 'jog-renewal-late', detail, command: job.record.id });
      return null;
    }
  }

  observe(sample: DriveSample): void {
    const job = this.#parts.memory.active;
    if (job === null || job.watch === null) return;
    showProgress(job, this.#parts.view.position());
    const verdict = judge(job.watch.expectation, job.watch.progress, sample);
    if (verdict.kind === 'running') job.watch.progress = verdict.progress;
    else if (verdict.kind === 'done') this.#finish(job);
    else this.fail(job, { code: verdict.code, detail: verdict.detail });
  }

  /** Ends the running and every waiting command; closes no fence and tells the drive nothing. */
  clear(outcome: CommandOutcome): void {
    const { memory } = this.#parts;
    const job = memory.active;
    memory.active = null;
    for (const waiting of memory.queue.splice(0)) waiting.record.end(outcome);
    if (job?.record.end({ ...outcome, result: this.#resultOf(job) }) === true) job.work.onAborted?.();
  }

  fail(job: Job, error: CommandError, mayHaveActed = false): void {
    const { kit, memory, contain } = this.#parts;
    if (!job.record.end({ status: 'failed', error, result: this.#resultOf(job) })) return;
    if (memory.active !== job) return;
    memory.active = null;
    this.#abortQueue(`${job.record.command} failed: ${error.detail}`);
    const mayMove = mayHaveActed || memory.sample?.state.moving !== false;
    if (mustBeContained(job, error, mayMove)) contain(`${job.record.command} failed`);
    kit.listener.changed();
  }

  /** The running command is no longer known to run (link lost, stale); what waits is aborted. */
  suspect(reason: string): void {
    this.#parts.memory.active?.record.suspect();
    this.#abortQueue(`the outcome of the running command is unknown: ${reason}`);
  }

  /** Readings are back and the link never went down: the running command runs. */
  trust(): void {
    const record = this.#parts.memory.active?.record;
    if (record?.resource().status === 'unknown') record.activate();
  }

  /** A command that became unknown with the link is resolved by the first reading after it. */
  resolve(sample: DriveSample): void {
    const { kit, memory } = this.#parts;
    const job = memory.active;
    if (job === null) return;
    if (hasArrived(job, sample, kit.toleranceCounts)) {
      job.resolved = true;
      this.#finish(job);
      return;
    }
    const detail = 'The drive stopped answering while the command ran, and did not rest at its goal afterwards.';
    this.clear({ status: 'failed', error: { code: 'offline', detail } });
  }

  #begin(job: Job): void {
    const { kit, memory } = this.#parts;
    memory.active = job;
    if (job.work.motion !== null) memory.target = job.work.motion.target;
    job.startedAtMs = kit.clock.nowMs();
    job.record.activate();
    this.#deadline.set(job, job.startedAtMs + (job.timeoutMs ?? ACCEPTED_WITHIN_MS + (job.work.performsForMs ?? 0)));
    void this.#perform(job);
    kit.listener.changed();
  }

  /** Readings have so long beyond the deadline to tell the end; then the command ends without them. */
  #watch(job: Job, expectation: Expectation): void {
    this.#watchOn(job, { expectation, progress: atStart });
  }

  /** The drive has the set-point of another plan. */
  #watchAnew(job: Job, plan: MotionPlan, executed: Executed): void {
    const { kit, memory } = this.#parts;
    if (job.work.motion === null) return;
    const { kind, from } = job.work.motion;
    job.work = { ...job.work, motion: motionOf(plan, kind, from) };
    memory.target = plan.target;
    const deadlineMs = this.#handsOf(job).deadlineFor(plan.plannedDurationMs);
    this.#watch(job, arrival(plan, executed, { toleranceCounts: kit.toleranceCounts, deadlineMs }));
  }

  #watchOn(job: Job, watch: Job['watch']): void {
    job.watch = watch;
    if (watch !== null) this.#deadline.set(job, watch.expectation.deadlineMs + TOLD_WITHIN_MS);
  }

  /** While the link is down the outcome is unknown, and the reading after it, or its absence, ends the command. */
  #overdue(job: Job): void {
    if (this.#parts.memory.link.state !== 'online') return;
    const detail =
      job.watch === null
        ? 'The drive did not take the command within its time.'
        : 'No reading after the end of its time told how it ended.';
    this.fail(job, { code: 'driveTimeout', detail }, true);
  }

  async #perform(job: Job): Promise<void> {
    try {
      const expectation = await job.work.perform(this.#handsOf(job));
      if (job.record.hasEnded()) return;
      if (expectation === null) this.#finish(job);
      else this.#watch(job, expectation);
      if (job.next !== null) void this.#followNext(job);
    } catch (error) {
      const { why, mayHaveActed } = explain(error);
      this.fail(job, why, mayHaveActed);
    }
  }

  #handsOf(job: Job): Hands {
    const { clock, drive } = this.#parts.kit;
    return {
      command: job.record.id,
      execute: async (intent) => {
        const executed = await drive.execute(intent, { stillWanted: job.stillWanted, notAfterMs: job.notAfterMs });
        if (executed.resolved) job.resolved = true;
        return executed;
      },
      halt: () => drive.execute({ kind: 'halt' }, { stillWanted: job.stillWanted }),
      deadlineFor: (plannedMs) =>
        job.timeoutMs === null || job.startedAtMs === null
          ? clock.nowMs() + allowedMs(plannedMs ?? 0)
          : job.startedAtMs + job.timeoutMs,
    };
  }

  #finish(job: Job): void {
    const { kit, memory } = this.#parts;
    if (job.record.end({ status: 'done', result: this.#resultOf(job) })) job.work.onDone?.();
    if (memory.active !== job) return;
    memory.active = null;
    const next = memory.queue.shift();
    if (next !== undefined) this.#begin(next);
    else kit.listener.changed();
  }

  #abortQueue(detail: string): void {
    for (const waiting of this.#parts.memory.queue.splice(0)) waiting.record.end(abortedBy('failure', detail));
  }

  #resultOf(job: Job): CommandResult {
    const { kit, view } = this.#parts;
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
}

/** An error that nobody foresaw may have come from anywhere: it is told, and the axis is treated as moving. */
function explain(error: unknown): { readonly why: CommandError; readonly mayHaveActed: boolean } {
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
function mustBeContained({ work, record, watch }: Job, { code }: CommandError, mayMove: boolean): boolean {
  if (work.motion === null || code === 'fault') return false;
  // whoever still renews a jog that its drive has ended must let go before it moves again
  const isStillRenewed = record.command === 'jog' && watch !== null;
  return mayMove || isStillRenewed || code === 'targetNotReached';
}

function hasArrived(job: Job, { state }: DriveSample, toleranceCounts: number): boolean {
  const target = job.work.motion?.targetCounts ?? null;
  if (target === null || state.position === null || state.moving !== false) return false;
  return Math.abs(state.position - target) <= toleranceCounts;
}

function showProgress(job: Job, position: AxisUnits | null): void {
  const from = job.work.motion?.from ?? null;
  const target = job.work.motion?.target ?? null;
  if (from === null || target === null || position === null || from === target) return;
  job.record.progress(Math.min(1, Math.max(0, (position - from) / (target - from))));
}
