import type { DriveSample } from '../../drivers/drive/index.ts';
import { isSeenAtRest, mayMove, type AxisMemory, type Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisView } from './axis-view.ts';
import type { CommandError, CommandOutcome } from './command-record.ts';
import { ACCEPTED_WITHIN_MS } from './domain/completion.ts';
import type { MotionPlan } from './domain/motion-plan.ts';
import { handsOf } from './job-hands.ts';
import { abortedBy, explain, hasArrived, mustBeContained, resultOf } from './job-outcome.ts';
import { JobWatch } from './job-watch.ts';
import { namedAfter, troubleSeen } from './motion-trouble.ts';
import { Retargeting } from './retargeting.ts';

interface RunnerParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
  /** Stops an axis that may still move after its command has failed. */
  readonly contain: (cause: string) => void;
}

/** Runs one command after the other, each to exactly one end. */
export class AxisRunner {
  readonly #parts: RunnerParts;
  readonly #watch: JobWatch;
  readonly #retargeting: Retargeting;
  constructor(parts: RunnerParts) {
    this.#parts = parts;
    const fail = this.fail.bind(this);
    this.#watch = new JobWatch({ ...parts, fail, finish: (job) => this.#finish(job) });
    this.#retargeting = new Retargeting({ ...parts, fail, watch: this.#watch });
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
    if (active !== null) this.#retargeting.replan(active);
  }

  /** Gives the running motion another target or velocity. */
  retarget(job: Job, plan: MotionPlan): void {
    this.#retargeting.retarget(job, plan);
  }

  observe(sample: DriveSample): void {
    this.#watch.observe(sample);
  }

  /** Ends the running and every waiting command; closes no fence and tells the drive nothing. */
  clear(outcome: CommandOutcome): void {
    const { memory } = this.#parts;
    const job = memory.active;
    memory.active = null;
    if (job !== null && job.work.motion !== null) mayMove(memory, this.#parts.kit.clock.nowMs());
    for (const waiting of memory.queue.splice(0)) waiting.record.end(outcome);
    if (job?.record.end({ ...outcome, result: resultOf(job, this.#parts) }) === true) job.work.onAborted?.();
  }

  fail(job: Job, error: CommandError, mayHaveActed = false): void {
    const { kit, memory, contain } = this.#parts;
    const named = namedAfter(error, memory.sample);
    if (!job.record.end({ status: 'failed', error: named, result: resultOf(job, this.#parts) })) return;
    for (const event of troubleSeen(named, memory.sample)) kit.listener.event({ ...event, command: job.record.id });
    if (memory.active !== job) return;
    memory.active = null;
    this.#abortQueue(`${job.record.command} failed: ${error.detail}`);
    const isAtRest = !mayHaveActed && isSeenAtRest(memory);
    if (mustBeContained(job, error, !isAtRest)) contain(`${job.record.command} failed`);
    kit.listener.changed();
  }

  /** The running command is no longer known to run (link lost, stale); what waits is aborted. */
  suspect(reason: string): void {
    this.#parts.memory.active?.record.suspect();
    this.#abortQueue(`the outcome of the running command is unknown: ${reason}`);
  }

  /** Readings are back and the link never went down: the running command runs, unless its own trigger is in doubt. */
  trust(): void {
    const { active } = this.#parts.memory;
    if (active?.inDoubt === false && active.record.resource().status === 'unknown') active.record.activate();
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
    memory.begunLast = job.record.id;
    if (job.work.motion !== null) memory.target = job.work.motion.target;
    job.startedAtMs = kit.clock.nowMs();
    job.record.activate();
    const withinMs = job.timeoutMs ?? ACCEPTED_WITHIN_MS + (job.work.performsForMs ?? 0);
    this.#watch.mustBeTakenBy(job, job.startedAtMs + withinMs);
    void this.#perform(job);
    kit.listener.changed();
  }

  async #perform(job: Job): Promise<void> {
    try {
      const expectation = await job.work.perform(handsOf(job, this.#parts.kit));
      if (job.record.hasEnded()) return;
      if (expectation === null) this.#finish(job);
      else this.#watch.expect(job, expectation);
      if (job.next !== null) void this.#retargeting.followNext(job);
    } catch (error) {
      const { why, mayHaveActed } = explain(error);
      this.fail(job, why, mayHaveActed);
    }
  }

  #finish(job: Job): void {
    const { kit, memory } = this.#parts;
    if (job.record.end({ status: 'done', result: resultOf(job, this.#parts) })) job.work.onDone?.();
    if (memory.active !== job) return;
    memory.active = null;
    const next = this.#nextWaiting();
    if (next !== undefined) this.#begin(next);
    else kit.listener.changed();
  }

  /** What waited while the line was told to obey another orchestrator is not begun any more. */
  #nextWaiting(): Job | undefined {
    const { kit, memory } = this.#parts;
    for (let next = memory.queue.shift(); next !== undefined; next = memory.queue.shift()) {
      if (next.fence === undefined || kit.isLeading(next.fence)) return next;
      next.record.end(abortedBy('take-over', 'The orchestrator that it came through leads no more.', 'fenced'));
    }
    return undefined;
  }

  #abortQueue(detail: string): void {
    for (const waiting of this.#parts.memory.queue.splice(0)) waiting.record.end(abortedBy('failure', detail));
  }
}
