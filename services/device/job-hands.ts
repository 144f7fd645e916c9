import type { DriveIntent, ExecuteOptions, Executed } from '../../drivers/drive/index.ts';
import type { Hands, Job } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import { allowedMs } from './domain/completion.ts';

/** What a command may do to the drive: nothing that moves it once a stop came, it has ended, or its time is over. */
export function handsOf(job: Job, kit: AxisKit): Hands {
  const { clock } = kit;
  const { stillWanted } = job;
  return {
    command: job.record.id,
    execute: (intent, part) => executeFor(job, intent, { kit, stillWanted, notAfterMs: job.notAfterMs, part }),
    halt: () => executeFor(job, { kind: 'halt' }, { kit, stillWanted }),
    deadlineFor: (plannedMs) =>
      job.timeoutMs === null || job.startedAtMs === null
        ? clock.nowMs() + allowedMs(plannedMs ?? 0)
        : job.startedAtMs + job.timeoutMs,
  };
}

/** While a lost answer is looked for by reading back, the command is `unknown`. */
export async function executeFor(
  job: Job,
  intent: DriveIntent,
  { kit, ...options }: ExecuteOptions & { readonly kit: Pick<AxisKit, 'drive' | 'listener'> },
): Promise<Executed> {
  const onDoubt = (): void => {
    job.inDoubt = true;
    job.record.suspect();
    kit.listener.changed();
  };
  try {
    const executed = await kit.drive.execute(intent, { ...options, onDoubt });
    if (job.inDoubt) job.record.activate();
    if (executed.resolved) job.resolved = true;
    return executed;
  } finally {
    job.inDoubt = false;
  }
}
