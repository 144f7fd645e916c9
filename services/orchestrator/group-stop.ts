import { commandMembers, type Run, type RunParts } from './group-run.ts';

/** Stops the members, whatever each of them is doing; who did not take it is in the log. */
export async function stopMembers(drives: readonly string[], { group }: Run, parts: RunParts): Promise<void> {
  const answers = await commandMembers(drives, { command: 'stop' }, parts);
  for (const [drive, answer] of answers) {
    if (!answer.ok) parts.logger.error({ group: group.id, drive, ...answer.error }, 'member did not take its stop');
  }
}
