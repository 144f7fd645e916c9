import type { AxisUnits } from '../../drivers/base/index.ts';
import type { DriveSample } from '../../drivers/drive/index.ts';
import { mayMove, type AxisMemory, type Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisView } from './axis-view.ts';
import type { CommandError } from './command-record.ts';
import { atStart, judge, TOLD_WITHIN_MS, type Expectation } from './domain/completion.ts';
import { JobDeadline } from './job-deadline.ts';

interface WatchParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
  readonly finish: (job: Job) => void;
  readonly fail: (job: Job, error: CommandError, mayHaveActed?: boolean) => void;
}

/** What must be seen of the running command, and until when: the readings or the clock bring it to its end. */
export class JobWatch {
  readonly #parts: WatchParts;
  readonly #deadline: JobDeadline;
  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#deadline = new JobDeadline(parts.kit.clock, (job) => this.#overdue(job));
  }

  /** The drive must have taken the command, or its new set-point, by then. */
  mustBeTakenBy(job: Job, dueMs: number): void {
    this.#deadline.set(job, dueMs);
  }

  expect(job: Job, expectation: Expectation): void {
    if (job.work.motion !== null) mayMove(this.#parts.memory, expectation.acknowledgedAtMs);
    this.goOn(job, { expectation, progress: atStart });
  }

  /** Readings have so long beyond the deadline to tell the end; then the command ends without them. */
  goOn(job: Job, watch: Job['watch']): void {
    job.watch = watch;
    if (watch !== null) this.#deadline.set(job, watch.expectation.deadlineMs + TOLD_WITHIN_MS);
  }

  observe(sample: DriveSample): void {
    const { memory, view, finish, fail } = this.#parts;
    const job = memory.active;
    if (job === null || job.watch === null) return;
    showProgress(job, view.position());
    const verdict = judge(job.watch.expectation, job.watch.progress, sample);
    if (verdict.kind === 'running') job.watch.progress = verdict.progress;
    else if (verdict.kind === 'done') finish(job);
    else fail(job, { code: verdict.code, detail: verdict.detail });
  }

  /** While the link is down the outcome is unknown, and the reading after it, or its absence, ends the command. */
  #overdue(job: Job): void {
    const { memory, fail } = this.#parts;
    if (memory.link.state !== 'online') return;
    const detail =
      job.watch === null
        ? 'The drive did not take the command within its time.'
        : 'No reading after the end of its time told how it ended.';
    fail(job, { code: 'driveTimeout', detail }, true);
  }
}

function showProgress(job: Job, position: AxisUnits | null): void {
  const from = job.work.motion?.from ?? null;
  const target = job.work.motion?.target ?? null;
  if (from === null || target === null || position === null || from === target) return;
  job.record.progress(Math.min(1, Math.max(0, (position - from) / (target - from))));
}
