import type { CommandStatus, GroupCommandName, GroupMember } from '../contracts/index.ts';
import { createFollower, hasEnded, type Followed } from './follower.ts';
import { commandMembers, plainMember, type Ending, type Run, type RunParts } from './group-run.ts';

/** Commands that every member is given as they are. */
export type FannedOut = Exclude<GroupCommandName, 'move'>;

/** Gives every member the same command, waits for all of them, and says of each how it went. */
export async function runFanOut(command: FannedOut, run: Run, parts: RunParts): Promise<Ending> {
  const { drives } = run.group;
  const follower = createFollower(new Set(drives), parts);
  try {
    const answers = await commandMembers(drives, { command }, parts);
    const commands = new Map<string, string>();
    const refusals = new Map<string, GroupMember>();
    for (const [drive, answer] of answers) {
      if (answer.ok) commands.set(drive, answer.value.id);
      else refusals.set(drive, plainMember(drive, 'refused', { code: answer.error.code, detail: answer.error.detail }));
    }
    run.update({
      status: 'active',
      members: drives.map((drive) => refusals.get(drive) ?? plainMember(drive, 'active')),
    });
    const progress = await follower.follow(commands, (members) => [...members.values()].every(hasEnded), run.signal);
    return ending(
      drives.map((drive) => refusals.get(drive) ?? endedMember(drive, progress.get(drive))),
      run,
    );
  } finally {
    follower.close();
  }
}

function endedMember(drive: string, followed: Followed | undefined): GroupMember {
  const error = followed?.error ?? null;
  return {
    ...plainMember(
      drive,
      followed?.status ?? 'unknown',
      error === null ? null : { code: error.code, detail: error.detail },
    ),
    finalPosition: followed?.finalPosition ?? null,
  };
}

const DONE: CommandStatus = 'done';

function ending(members: readonly GroupMember[], { group, signal }: Run): Ending {
  const failed = members.filter(({ status }) => status !== DONE);
  if (failed.length === 0) return { status: 'done', error: null, members: [...members] };
  if (signal.aborted) {
    const by = String(signal.reason);
    return { status: 'aborted', error: { code: 'superseded', detail: `Ended by ${by}.` }, members: [...members] };
  }
  const why = failed.map(({ drive, status, error }) => `${drive} ${error?.detail ?? status}`).join('; ');
  const detail = `${failed.length} of ${members.length} members of ${group.id} did not do it: ${why}`;
  return {
    status: 'failed',
    error: { code: failed[0]?.error?.code ?? 'memberRefused', detail },
    members: [...members],
  };
}
