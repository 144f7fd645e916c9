import type { GroupConfig } from '../../config/index.ts';
import type { GroupCommandResource, GroupMember } from '../contracts/index.ts';
import { Refusal, type CommandResource, type DriveCommandName } from '../contracts/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { DeviceUnreachable, type DeviceClient } from './device-client.ts';
import type { FollowParts } from './follower.ts';
import { newId } from './new-id.ts';
import type { Random } from './time.ts';

/** What every group command is run with. */
export interface RunParts extends FollowParts {
  readonly random: Random;
  readonly logger: Logger;
}

/** One running group command. */
export interface Run {
  readonly group: GroupConfig;
  /** Aborted by halt, stop and disable of the group and by stop-all; the reason is their word. */
  readonly signal: AbortSignal;
  /** Shows how far it is. */
  update(change: Partial<GroupCommandResource>): void;
}

/** How a group command ended. */
export type Ending = Pick<GroupCommandResource, 'status' | 'error'> & Partial<GroupCommandResource>;

interface MemberError {
  readonly code: string;
  readonly detail: string;
  /** Whether the drive may have acted all the same. */
  readonly executed: 'no' | 'unknown';
}

export type MemberAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: MemberError };

/** Asks the process that owns a line; refusals and silence come back as values, anything else is a fault of ours. */
export async function askLine<T>(
  line: string,
  parts: FollowParts,
  ask: (client: DeviceClient) => Promise<T>,
): Promise<MemberAnswer<T>> {
  const client = parts.registry.clientOf(line);
  if (client === null) return refused('unreachable', `the device process of line ${line} was never heard of`, 'no');
  try {
    return { ok: true, value: await ask(client) };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.problem.code, error.problem.detail, 'no');
    if (error instanceof DeviceUnreachable) return refused('unreachable', error.message, error.executed);
    throw error;
  }
}

const refused = (
  code: string,
  detail: string,
  executed: MemberError['executed'],
): { ok: false; error: MemberError } => ({
  ok: false,
  error: { code, detail, executed },
});

export interface MemberOrder {
  readonly command: DriveCommandName;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly waitMs?: number;
}

export function commandMember(
  drive: string,
  order: MemberOrder,
  parts: RunParts,
): Promise<MemberAnswer<CommandResource>> {
  const { command, body = {}, waitMs = 0 } = order;
  const id = newId(parts.random);
  return askLine(parts.lineOf(drive), parts, (client) => client.command({ drive, id, command, body, waitMs }));
}

/** Sends one command to many members at the same time. */
export async function commandMembers(
  drives: readonly string[],
  order: MemberOrder,
  parts: RunParts,
): Promise<ReadonlyMap<string, MemberAnswer<CommandResource>>> {
  const answers = await Promise.all(
    drives.map(async (drive) => [drive, await commandMember(drive, order, parts)] as const),
  );
  return new Map(answers);
}

/** The line of a group resource for a member of which no more is known than how it stands. */
export const plainMember = (drive: string, status: string, error: GroupMember['error'] = null): GroupMember => ({
  drive,
  status,
  velocity: null,
  acceleration: null,
  deceleration: null,
  plannedDurationMs: null,
  finalPosition: null,
  error,
});
