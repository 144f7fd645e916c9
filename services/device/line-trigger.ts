import { isDriverError, type Clock } from '../../drivers/base/index.ts';
import { problem, Refusal, type LineTrigger, type LineTriggerAnswer } from '../contracts/index.ts';
import type { TriggerGroup } from '../../drivers/drive/index.ts';
import type { Axis } from './axis.ts';
import { instantOf } from './command-record.ts';
import { codeOfDriverError } from './driver-refusal.ts';
import { StartGate } from './start-gate.ts';
import type { CommonStart, TriggerTicket } from './group-trigger.ts';

export interface TriggerParts {
  readonly axes: ReadonlyMap<string, Axis>;
  readonly clock: Clock;
  /** One frame for all; null where the drives start one after the other. */
  readonly broadcast: TriggerGroup | null;
  /** What one set-point of a drive takes on the line, at worst. */
  readonly setpointMs: (drive: string) => number;
  /** Token of the orchestrator that asks; undefined where none does. */
  readonly fence: string | undefined;
}

/** A start that comes later than this after its time is no common start any more. */
const START_SLACK_MS = 50;
const DEFAULT_TTL_MS = 500;
/** A poll that is under way, and a machine that has other work. */
const LEAD_MARGIN_MS = 20;

/** All armed drives of a group start together, or none is started, or all are stopped. */
export async function triggerTogether(asked: LineTrigger, parts: TriggerParts): Promise<LineTriggerAnswer> {
  const { clock } = parts;
  const axes = asked.drives.map((id) => axisNamed(id, parts.axes));
  const waitMs = waitFor(asked, clock);
  const tickets = joinAll(axes, { ...asked, startsInMs: waitMs, fence: parts.fence });
  const dueMs = clock.nowMs() + waitMs;
  const beforeMs = waitMs - leadMs(axes, parts);
  if (beforeMs > 0) await clock.sleep(beforeMs);
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

/** What the drives need to make ready, where each has a trigger of its own. */
function leadMs(axes: readonly Axis[], { broadcast, setpointMs }: TriggerParts): number {
  if (broadcast !== null) return 0;
  return LEAD_MARGIN_MS + axes.reduce((sum, { id }) => sum + setpointMs(id), 0);
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
  /** How late the frame may leave that starts all, or each of them before those that follow in their units. */
  readonly ttlMs: number;
}

/** Gives the instant of each start. What surely did nothing is a refusal; what may have acted is left to the proof. */
async function startAll(tickets: readonly TriggerTicket[], parts: StartParts): Promise<ReadonlyMap<string, number>> {
  const { broadcast, clock, group, dueMs, ttlMs } = parts;
  const startedAtMs = new Map(tickets.map(({ drive }) => [drive, clock.nowMs()]));
  try {
    if (broadcast === null) return await startEach(tickets, startedAtMs, parts);
    const { sentAtMs } = await broadcast(group, { stillWanted: allWanted(tickets), notAfterMs: dueMs + ttlMs });
    return new Map(tickets.map(({ drive }) => [drive, sentAtMs]));
  } catch (error) {
    if (!isDriverError(error)) throw error;
    if (error.executed === 'no') throw abandonAll(tickets, codeOfDriverError(error), error);
    return startedAtMs;
  }
}

const allWanted = (tickets: readonly TriggerTicket[]) => (): boolean => tickets.every((ticket) => ticket.stillWanted());

/**
 * Each by a frame of its own: all make ready first, then the triggers leave one behind the other. The second axis of a
 * unit cannot make ready while the first waits, so it follows.
 */
async function startEach(
  tickets: readonly TriggerTicket[],
  startedAtMs: Map<string, number>,
  { clock, dueMs, ttlMs, setpointMs }: StartParts,
): Promise<ReadonlyMap<string, number>> {
  const firsts = tickets.filter(({ unit }, index) => tickets.findIndex((other) => other.unit === unit) === index);
  const gate = new StartGate({ size: firsts.length, dueMs, clock });
  const stillWanted = allWanted(tickets);
  const failures: unknown[] = [];
  const starts = firsts.map(async (ticket, place) => {
    try {
      const beforeTrigger = async (signal: AbortSignal): Promise<void> => gate.pass(place, signal);
      startedAtMs.set(ticket.drive, await ticket.startAlone({ stillWanted, beforeTrigger, notAfterMs: dueMs + ttlMs }));
    } catch (error) {
      gate.close(`${ticket.drive}: ${String(error)}`);
      failures.push(error);
    }
  });
  await Promise.all(starts);
  if (failures.length > 0) {
    // once it was open, some may have started
    if (gate.isOpen && failures.every((error) => isDriverError(error))) return startedAtMs;
    throw failures[0];
  }
  let readyMs = 0;
  try {
    for (const ticket of tickets.filter((each) => !firsts.includes(each))) {
      // more than that is lateness: an answer was lost, or came late
      readyMs += setpointMs(ticket.drive);
      const notAfterMs = dueMs + Math.max(ttlMs, readyMs);
      startedAtMs.set(ticket.drive, await ticket.startAlone({ stillWanted, notAfterMs }));
    }
  } catch (error) {
    // this one surely did nothing, but the others move: the proof misses it, and all of them are stopped
    if (!isDriverError(error)) throw error;
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
