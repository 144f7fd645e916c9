import type { Hands, Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import { allowedMs } from './domain/completion.ts';

/** What a command may do to the drive: nothing that moves it once a stop came, it has ended, or its time is over. */
export function handsOf(job: Job, { clock, drive }: AxisKit): Hands {
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
