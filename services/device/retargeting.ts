import { isDriverError } from '../../drivers/base/index.ts';
import type { Executed } from '../../drivers/drive/index.ts';
import { Refusal } from '../contracts/index.ts';
import type { AxisMemory, Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { CommandError } from './command-record.ts';
import { ACCEPTED_WITHIN_MS } from './domain/completion.ts';
import type { MotionPlan } from './domain/motion-plan.ts';
import { handsOf } from './job-hands.ts';
import { explain } from './job-outcome.ts';
import type { JobWatch } from './job-watch.ts';
import { arrival, motionOf } from './motion-work.ts';

/** A new speed for a running motion is of no use later. */
const RETARGET_WITHIN_MS = 2000;

interface RetargetingParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly watch: JobWatch;
  readonly fail: (job: Job, error: CommandError, mayHaveActed: boolean) => void;
}

/** Gives a running motion another target or velocity, one set-point after the other. */
export class Retargeting {
  readonly #parts: RetargetingParts;
  constructor(parts: RetargetingParts) {
    this.#parts = parts;
  }

  /** One frame sequence at a time; of those that wait the newest wins. */
  retarget(job: Job, plan: MotionPlan): void {
    const isUnderWay = job.next !== null || job.watch === null;
    job.next = plan;
    if (!isUnderWay) void this.followNext(job);
  }

  /** The plan that follows from another override. */
  replan(job: Job): void {
    const { replan } = job.work;
    if (replan === undefined || job.record.hasEnded()) return;
    try {
      job.notAfterMs = this.#parts.kit.clock.nowMs() + RETARGET_WITHIN_MS;
      this.retarget(job, replan());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#parts.kit.listener.event({ type: 'override-not-applied', detail: error.problem.detail });
    }
  }

  /** What has come while the drive was being given the set-point before. */
  async followNext(job: Job): Promise<void> {
    const { kit, watch, fail } = this.#parts;
    try {
      for (let plan = job.next; plan !== null && !job.record.hasEnded(); plan = job.next) {
        job.next = null;
        const before = job.watch;
        // until the drive has acknowledged it, readings may show either set-point
        job.watch = null;
        watch.mustBeTakenBy(job, kit.clock.nowMs() + ACCEPTED_WITHIN_MS);
        const executed = await this.#executeInTime(job, plan);
        if (job.record.hasEnded()) return;
        if (executed === null) watch.goOn(job, before);
        else this.#watchAnew(job, plan, executed);
      }
    } catch (error) {
      const { why, mayHaveActed } = explain(error);
      fail(job, why, mayHaveActed);
    }
  }

  /** Null for a renewal whose time ran out before its set-point could leave: the jog still ends where it would have ended. */
  async #executeInTime(job: Job, plan: MotionPlan): Promise<Executed | null> {
    const { kit } = this.#parts;
    try {
      return await handsOf(job, kit).execute({ kind: 'moveTo', ...plan.setpoint });
    } catch (error) {
      if (job.work.renewal === undefined || !isDriverError(error) || error.code !== 'EXPIRED') throw error;
      const detail = 'The time to live of the renewal ran out before it could be sent; it has not prolonged the jog.';
      kit.listener.event({ type: 'jog-renewal-late', detail, command: job.record.id });
      return null;
    }
  }

  /** The drive has the set-point of another plan. */
  #watchAnew(job: Job, plan: MotionPlan, executed: Executed): void {
    const { kit, memory, watch } = this.#parts;
    if (job.work.motion === null) return;
    const { kind, from } = job.work.motion;
    job.work = { ...job.work, motion: motionOf(plan, kind, from) };
    memory.target = plan.target;
    const deadlineMs = handsOf(job, kit).deadlineFor(plan.plannedDurationMs);
    watch.expect(job, arrival(plan, executed, { kit, deadlineMs }));
  }
}
