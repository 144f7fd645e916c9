import { canMove } from './domain/halt-refusals.ts';
import { commandMember, commandMembers, type Run, type RunParts } from './group-run.ts';

/** Stops the members, whatever each of them is doing; who did not take it is in the log. */
export async function stopMembers(drives: readonly string[], { group }: Run, parts: RunParts): Promise<void> {
  const answers = await commandMembers(drives, { command: 'stop' }, parts);
  for (const [drive, answer] of answers) {
    if (!answer.ok) parts.logger.error({ group: group.id, drive, ...answer.error }, 'member did not take its stop');
  }
}

/** A halt, or the end of what is armed; who refuses it and may go on moving is stopped, which is taken from anybody. */
export async function haltMember(drive: string, how: 'halt' | 'disarm', parts: RunParts): Promise<void> {
  const answer = await commandMember(drive, { command: how }, parts);
  if (answer.ok || !canMove(answer.error.code)) return;
  const stopped = await commandMember(drive, { command: 'stop' }, parts);
  if (!stopped.ok) parts.logger.error({ drive, ...stopped.error }, 'drive took neither its halt nor its stop');
}
