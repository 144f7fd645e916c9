import { isDriverError, type Clock } from '../../drivers/base/index.ts';
import { problem, Refusal, type LineTrigger, type LineTriggerAnswer } from '../contracts/index.ts';
import type { ExecuteOptions, TriggerGroup } from '../../drivers/drive/index.ts';
import type { Axis } from './axis.ts';
import { instantOf } from './command-record.ts';
import { codeOfDriverError } from './driver-refusal.ts';
import type { CommonStart, TriggerTicket } from './group-trigger.ts';

export interface TriggerParts {
  readonly axes: ReadonlyMap<string, Axis>;
  readonly clock: Clock;
  /** One frame for all; null where the drives start one after the other. */
  readonly broadcast: TriggerGroup | null;
  /** Token of the orchestrator that asks; undefined where none does. */
  readonly fence: string | undefined;
}

/** A start that comes later than this after its time is no common start any more. */
const START_SLACK_MS = 50;
const DEFAULT_TTL_MS = 500;

/** All armed drives of a group start together, or none is started, or all are stopped. */
export async function triggerTogether(asked: LineTrigger, parts: TriggerParts): Promise<LineTriggerAnswer> {
  const { clock } = parts;
  const axes = asked.drives.map((id) => axisNamed(id, parts.axes));
  const waitMs = waitFor(asked, clock);
  const tickets = joinAll(axes, { ...asked, startsInMs: waitMs, fence: parts.fence });
  const dueMs = clock.nowMs() + waitMs;
  if (waitMs > 0) await clock.sleep(waitMs);
  for (const ticket of tickets) if (ticket.stillWanted()) ticket.begin();
  const ttlMs = asked.startAt === undefined ? (asked.ttlMs ?? DEFAULT_TTL_MS) : START_SLACK_MS;
  const sentAtMs = await startAll(tickets, { ...parts, group: asked.group, dueMs, ttlMs });
  const proved = await Promise.all(tickets.map(async (ticket) => ticket.confirm(firstOf(sentAtMs))));
  const started = tickets.filter((_, index) => proved[index]).map(({ drive }) => drive);
  const notStarted = tickets.filter((_, index) => !proved[index]).map(({ drive }) => drive);
  if (notStarted.length > 0) {
    // a part of a group that moves alone is worse than none: all of it stops, at once
    const cause = `${notStarted.join(', ')} did not start with its group`;
    await Promise.all(axes.map(async (axis) => axis.stop(cause)));
  }
  return {
    triggeredAt: instantAt(firstOf(sentAtMs), clock),
    startedAt: Object.fromEntries([...sentAtMs].map(([drive, atMs]) => [drive, instantAt(atMs, clock)])),
    started,
    notStarted,
    commands: Object.fromEntries(tickets.map(({ drive, commandId }) => [drive, commandId])),
  };
}

function axisNamed(id: string, axes: ReadonlyMap<string, Axis>): Axis {
  const axis = axes.get(id);
  if (axis !== undefined) return axis;
  throw new Refusal(problem('notFound', `${id} is not on this line.`, { drive: id }));
}

function waitFor({ startAt }: LineTrigger, clock: Clock): number {
  const waitMs = startAt === undefined ? 0 : Date.parse(startAt) - clock.unixMs();
  if (waitMs >= 0) return waitMs;
  throw new Refusal(
    problem('startTooLate', `The start time passed ${Math.ceil(-waitMs)} ms ago; nothing was started.`),
  );
}

/** All of them, or a refusal that names each that cannot. */
function joinAll(
  axes: readonly Axis[],
  { group, startsInMs, fence, leases = {} }: LineTrigger & Pick<CommonStart, 'startsInMs' | 'fence'>,
): TriggerTicket[] {
  const tickets: TriggerTicket[] = [];
  const errors: { path: string; detail: string; drive: string; code: string }[] = [];
  for (const axis of axes) {
    try {
      tickets.push(axis.joinTrigger({ group, startsInMs, lease: leases[axis.id], fence }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { detail, code } = error.problem;
      errors.push({ path: 'drives', detail, drive: axis.id, code });
    }
  }
  if (errors.length === 0) return tickets;
  const detail = `Not started: ${errors.map((each) => each.detail).join(' ')}`;
  for (const ticket of tickets) ticket.abandon(detail);
  throw new Refusal(problem('memberRefused', detail, { errors }));
}

const firstOf = (sentAtMs: ReadonlyMap<string, number>): number => Math.min(...sentAtMs.values());

const instantAt = (atMs: number, clock: Clock): string => instantOf(clock.unixMs() - (clock.nowMs() - atMs));

interface StartParts extends TriggerParts {
  readonly group: number;
  /** Monotonic instant of the start: a process that stood still then comes late, not later. */
  readonly dueMs: number;
  /** How late the frame may leave that starts all, or each after the one before it. */
  readonly ttlMs: number;
}

/** Gives the instant of each start. What surely did nothing is a refusal; what may have acted is left to the proof. */
async function startAll(tickets: readonly TriggerTicket[], parts: StartParts): Promise<ReadonlyMap<string, number>> {
  const { broadcast, clock, group, dueMs, ttlMs } = parts;
  const startedAtMs = new Map(tickets.map(({ drive }) => [drive, clock.nowMs()]));
  const options = (afterMs: number): ExecuteOptions => ({
    stillWanted: () => tickets.every((ticket) => ticket.stillWanted()),
    notAfterMs: afterMs + ttlMs,
  });
  try {
    if (broadcast !== null) {
      const { sentAtMs } = await broadcast(group, options(dueMs));
      return new Map(tickets.map(({ drive }) => [drive, sentAtMs]));
    }
    let afterMs = dueMs;
    for (const ticket of tickets) {
      startedAtMs.set(ticket.drive, await ticket.startAlone(options(afterMs)));
      afterMs = clock.nowMs();
    }
  } catch (error) {
    if (!isDriverError(error)) throw error;
    if (broadcast !== null && error.executed === 'no') throw abandonAll(tickets, codeOfDriverError(error), error);
  }
  return startedAtMs;
}

function abandonAll(
  tickets: readonly TriggerTicket[],
  code: ReturnType<typeof codeOfDriverError>,
  why: Error,
): Refusal {
  for (const ticket of tickets) ticket.abandon(why.message);
  return new Refusal(problem(code, `Nothing was started: ${why.message}`));
}
