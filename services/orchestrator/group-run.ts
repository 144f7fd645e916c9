import type { GroupConfig } from '../../config/index.ts';
import type { GroupCommandResource, GroupMember } from '../contracts/index.ts';
import {
  Refusal,
  type CommandError,
  type CommandResource,
  type DriveCommandName,
  type Topics,
} from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { DeviceUnreachable, type DeviceClient } from './device-client.ts';
import type { FollowParts } from './follower.ts';
import type { Leadership } from './leadership.ts';
import type { MemberLeases } from './member-leases.ts';
import { newId } from './new-id.ts';
import type { StartGaps } from './start-gaps.ts';
import type { Random } from './time.ts';

/** What every group command is run with. */
export interface RunParts extends FollowParts {
  readonly leases: MemberLeases;
  readonly gaps: StartGaps;
  /** Asked before anything but a stop, told when a line refuses for another orchestrator's sake. */
  readonly leadership: Pick<Leadership, 'check' | 'doubt'>;
  /** The other way to a drive, for stops. */
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly topics: Topics;
  readonly random: Random;
  readonly logger: Logger;
}

/** One running group command. */
export interface Run {
  readonly group: GroupConfig;
  /** Aborted by halt, stop and disable of the group, by stop-all and by the loss of a lease; the reason is their word. */
  readonly signal: AbortSignal;
  /** Shows how far it is. */
  update(change: Partial<GroupCommandResource>): void;
  /** Hears when each drive of a move started, in milliseconds since 1970. */
  readonly started?: (startedAtMs: ReadonlyMap<string, number>) => void;
}

/** How a group command ended. */
export type Ending = Pick<GroupCommandResource, 'status' | 'error'> & Partial<GroupCommandResource>;

/** What a command may lose on its way before it is not wanted any more. */
const COMMAND_TTL_MS = 2000;

/** An end of a command of which no more is known. */
export type Failure = { readonly status: 'failed' | 'aborted'; readonly error: CommandError };

/** Why a command ended whose members another orchestrator commands from now on; what was committed goes to its end. */
export const TAKEN_OVER = 'a take-over';

/** Why a command ended whose member another commander may take from now on. */
export const LEASE_LOST = 'a lost lease';

const ABORT_CODES: Readonly<Record<string, CommandError['code']>> = {
  halt: 'superseded',
  [LEASE_LOST]: 'leaseExpired',
  [TAKEN_OVER]: 'fenced',
};

export const abortedBy = ({ signal }: Run): Failure => {
  const by = String(signal.reason);
  return { status: 'aborted', error: { code: ABORT_CODES[by] ?? 'stopped', detail: `Ended by ${by}.` } };
};

const STOP_ATTEMPTS = 4;
/** A process that hears of a stop says so in milliseconds. */
const STOP_AGAIN_MS = 250;

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
  parts: Pick<RunParts, 'registry' | 'leadership'>,
  ask: (client: DeviceClient) => Promise<T>,
): Promise<MemberAnswer<T>> {
  const client = parts.registry.clientOf(line);
  if (client === null) return refused('unreachable', `the device process of line ${line} was never heard of`, 'no');
  try {
    return { ok: true, value: await ask(client) };
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.problem.code === 'fenced') parts.leadership.doubt();
      return refused(error.problem.code, error.problem.detail, 'no');
    }
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
  /** Made by the caller, so that it can be looked up whatever becomes of the answer; not for a stop, which is sent by two ways. */
  readonly id?: string;
}

export function commandMember(
  drive: string,
  order: MemberOrder,
  parts: RunParts,
): Promise<MemberAnswer<CommandResource>> {
  const { command, waitMs = 0 } = order;
  if (command === 'stop') return stopMember(drive, parts);
  const { id = newId(parts.random) } = order;
  const body = { ...envelopeOf(drive, parts), ...order.body };
  return askLine(parts.lineOf(drive), parts, (client) => client.command({ drive, id, command, body, waitMs }));
}

/**
 * By both ways at once, because either may be down, and by REST again and again until it is answered: a stop is harmless
 * twice. It is taken from anybody and in any epoch, so it carries neither lease nor epoch.
 */
async function stopMember(drive: string, parts: RunParts): Promise<MemberAnswer<CommandResource>> {
  parts.bus.publish(parts.topics.driveCommand(drive, 'stop'), '{}', { qos: 1 });
  const answered = new AbortController();
  const attempts = Array.from({ length: STOP_ATTEMPTS }, async (_, index) => {
    if (index > 0) await parts.clock.sleep(index * STOP_AGAIN_MS, answered.signal).catch(() => undefined);
    if (answered.signal.aborted) throw new Error('answered meanwhile');
    const order = { drive, command: 'stop', body: {}, waitMs: 0, id: newId(parts.random) } as const;
    const answer = await askLine(parts.lineOf(drive), parts, (client) => client.command(order));
    if (!answer.ok && index + 1 < STOP_ATTEMPTS) throw new Error(answer.error.detail);
    return answer;
  });
  const answer = await Promise.any(attempts);
  answered.abort(new Error('answered'));
  return answer;
}

/** So that what was meant for a drive as it was known never moves it after a restart, a reboot or under another lease. */
function envelopeOf(drive: string, { registry, leases }: RunParts): Readonly<Record<string, unknown>> {
  const epoch = registry.entry(drive).description?.epoch;
  const lease = leases.tokenOf(drive);
  return { ttlMs: COMMAND_TTL_MS, ...(epoch !== undefined && { epoch }), ...(lease !== undefined && { lease }) };
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
