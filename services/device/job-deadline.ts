import type { Cancel, Clock } from '../../drivers/base/index.ts';
import type { Job } from './axis-memory.ts';

/** The clock takes no longer timers; what is due later is looked at again. */
const LOOK_AGAIN_MS = 3_600_000;

/** Sees to it that the running command ends, whatever the drive does, late, or never does. */
export class JobDeadline {
  readonly #clock: Clock;
  readonly #overdue: (job: Job) => void;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, overdue: (job: Job) => void) {
    this.#clock = clock;
    this.#overdue = overdue;
  }

  /** Takes the place of the one before; one command runs at a time. */
  set(job: Job, dueMs: number): void {
    this.#cancel();
    const leftMs = dueMs - this.#clock.nowMs();
    const cancel = this.#clock.after(Math.max(0, Math.min(leftMs, LOOK_AGAIN_MS)), () => {
      if (leftMs > LOOK_AGAIN_MS) this.set(job, dueMs);
      else this.#overdue(job);
    });
    this.#cancel = cancel;
    void job.record.ended.then(cancel);
  }
}
