import type { CommandStatus, GroupCommandName, GroupMember } from '../contracts/index.ts';
import { canMove } from './domain/halt-refusals.ts';
import { createFollower, isResolved, type Followed, type Follower } from './follower.ts';
import { commandMembers, plainMember, type Ending, type Run, type RunParts } from './group-run.ts';
import { stopMembers } from './group-stop.ts';

/** Commands that every member is given as they are. */
export type FannedOut = Exclude<GroupCommandName, 'move' | 'move-path' | 'gear' | 'cam'>;

const DONE: CommandStatus = 'done';

interface FanOut {
  readonly command: FannedOut;
  /** Who is commanded together; a step begins when the one before it is done by all of its members. */
  readonly steps: readonly (readonly string[])[];
}

/** Gives every member the same command, waits for all of them, and says of each how it went. */
export async function runFanOut({ command, steps }: FanOut, run: Run, parts: RunParts): Promise<Ending> {
  const follower = createFollower(new Set(run.group.drives), parts);
  const members = new Map<string, GroupMember>();
  const show = (): GroupMember[] =>
    run.group.drives.map((drive) => members.get(drive) ?? plainMember(drive, 'waiting'));
  try {
    for (const drives of steps) {
      for (const member of await runStep({ command, drives }, { run, parts, follower, members, show })) {
        members.set(member.drive, member);
      }
      if (run.signal.aborted || drives.some((drive) => members.get(drive)?.status !== DONE)) break;
    }
    return ending(show(), run);
  } finally {
    follower.close();
  }
}

interface StepShop {
  readonly run: Run;
  readonly parts: RunParts;
  readonly follower: Follower;
  readonly members: Map<string, GroupMember>;
  readonly show: () => GroupMember[];
}

async function runStep(
  { command, drives }: { readonly command: FannedOut; readonly drives: readonly string[] },
  { run, parts, follower, members, show }: StepShop,
): Promise<readonly GroupMember[]> {
  const ready = drives.filter((drive) => needsNot(command, drive, parts));
  for (const drive of ready) members.set(drive, plainMember(drive, DONE));
  const asked = drives.filter((drive) => !ready.includes(drive));
  const answers = await commandMembers(asked, { command }, parts);
  const commands = new Map<string, string>();
  const refusals = new Map<string, GroupMember>();
  for (const [drive, answer] of answers) {
    if (answer.ok) commands.set(drive, answer.value.id);
    else refusals.set(drive, plainMember(drive, 'refused', { code: answer.error.code, detail: answer.error.detail }));
    members.set(drive, refusals.get(drive) ?? plainMember(drive, 'active'));
  }
  if (command === 'halt') await stopWhoWillNotHalt(refusals, run, parts);
  run.update({ status: 'active', members: show() });
  const progress = await follower.follow(commands, (followed) => [...followed.values()].every(isResolved), run.signal);
  return [
    ...ready.map((drive) => plainMember(drive, DONE)),
    ...asked.map((drive) => refusals.get(drive) ?? endedMember(drive, progress.get(drive))),
  ];
}

/** A curtain drive is ready as it is, and a place that needs no reference is found without one. */
function needsNot(command: FannedOut, drive: string, { registry }: RunParts): boolean {
  const { description } = registry.entry(drive);
  if (description === null || description.capabilities.includes(command)) return false;
  return command === 'enable' || (command === 'home' && description.axis.homingRequired === false);
}

/** A member that goes on while the others halt is worse than one that is latched. */
async function stopWhoWillNotHalt(
  refusals: ReadonlyMap<string, GroupMember>,
  run: Run,
  parts: RunParts,
): Promise<void> {
  const going = [...refusals.values()].filter(({ error }) => canMove(error?.code ?? '')).map(({ drive }) => drive);
  if (going.length > 0) await stopMembers(going, run, parts);
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

function ending(members: readonly GroupMember[], { group, signal }: Run): Ending {
  const failed = members.filter(({ status }) => status !== DONE);
  if (failed.length === 0) return { status: 'done', error: null, members: [...members] };
  if (signal.aborted) {
    const by = String(signal.reason);
    return { status: 'aborted', error: { code: 'superseded', detail: `Ended by ${by}.` }, members: [...members] };
  }
  const why = failed.map(({ drive, status, error }) => `${drive} ${error?.detail ?? status}`).join('; ');
  const detail = `${failed.length} of ${members.length} members of ${group.id} did not do it: ${why}`;
  const first = failed.find(({ error }) => error !== null);
  return { status: 'failed', error: { code: first?.error?.code ?? 'memberRefused', detail }, members: [...members] };
}
