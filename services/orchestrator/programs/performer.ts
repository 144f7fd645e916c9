import type { CommandError, StopReport } from '../../contracts/index.ts';
import { Refusal, type DriveCommandName, type GroupCommandName } from '../../contracts/index.ts';
import { createFollower, hasEnded } from '../follower.ts';
import { commandMember, type RunParts } from '../group-run.ts';
import type { Groups } from '../groups.ts';
import type { Which } from './domain/instruction.ts';
import type { DriveAction, Outcome } from './domain/run-state.ts';

export interface PerformerParts extends RunParts {
  readonly groups: Groups;
  readonly stopAll: () => Promise<StopReport>;
}

/** Carries out what a run wants of drives and groups, and says how it ended. Nothing is ever sent twice. */
export interface Performer {
  /** @param id of the command, made before the run was kept: whoever finds it there can look the command up */
  perform(id: string, action: DriveAction): Promise<Outcome>;
  /** Halts what an action moves; the run does not wait for it, what is done next does. */
  cancel(action: DriveAction): Promise<void>;
}

interface DriveOrder {
  readonly id: string;
  readonly drive: string;
  readonly command: DriveCommandName;
  readonly body: Readonly<Record<string, unknown>>;
}

const DONE: Outcome = { ok: true };

export function createPerformer(parts: PerformerParts): Performer {
  /** A halt of a drive must have ended before the same drive is sent anywhere again. */
  let halting: Promise<unknown> = Promise.resolve();
  const perform = async (id: string, action: DriveAction): Promise<Outcome> => {
    if (action.do === 'move') {
      const { do: _do, drive, ...body } = action;
      return orderDrive({ id, drive, command: 'move-absolute', body }, parts);
    }
    if (action.do === 'group-move') {
      const { do: _do, group, ...body } = action;
      return orderGroup({ id, group, command: 'move', body }, parts);
    }
    const which: Which | 'all' = action.which;
    if (which === 'all') return stopOutcome(await parts.stopAll());
    return 'drive' in which
      ? orderDrive({ id, drive: which.drive, command: action.do, body: {} }, parts)
      : orderGroup({ id, group: which.group, command: action.do, body: {} }, parts);
  };
  return {
    async perform(id, action) {
      await halting;
      return perform(id, action);
    },
    cancel(action) {
      const ended = halt(action, parts);
      halting = Promise.all([halting, ended]);
      return ended;
    },
  };
}

/** Under the drive's lease where the site asks for one, from the order to its end. */
async function orderDrive(order: DriveOrder, parts: PerformerParts): Promise<Outcome> {
  const holding = await parts.leases.hold([order.drive]);
  if (!holding.ok) return { ok: false, code: holding.code, detail: holding.detail };
  try {
    return await followDrive(order, parts);
  } finally {
    await holding.held.release();
  }
}

async function followDrive({ id, drive, command, body }: DriveOrder, parts: PerformerParts): Promise<Outcome> {
  const follower = createFollower(new Set([drive]), parts);
  try {
    const answer = await commandMember(drive, { command, body, id }, parts);
    if (!answer.ok) return await refused(drive, answer.error, parts);
    const followed = await follower.follow(
      new Map([[drive, answer.value.id]]),
      (progress) => [...progress.values()].every(hasEnded),
      new AbortController().signal,
    );
    const end = followed.get(drive);
    if (end?.status === 'done') return DONE;
    return failed(`${command} of ${drive}`, end?.status ?? 'unknown', end?.error ?? null);
  } finally {
    follower.close();
  }
}

interface NotDone {
  readonly code: string;
  readonly detail: string;
  readonly executed: 'no' | 'unknown';
}

/** A drive that may have heard an order whose answer was lost is halted: the run goes no further with it. */
async function refused(drive: string, { code, detail, executed }: NotDone, parts: PerformerParts): Promise<Outcome> {
  if (executed === 'unknown') await commandMember(drive, { command: 'halt' }, parts);
  return { ok: false, code, detail: `${drive}: ${detail}` };
}

interface GroupOrder {
  readonly id: string;
  readonly group: string;
  readonly command: GroupCommandName;
  readonly body: Readonly<Record<string, unknown>>;
}

async function orderGroup({ id, group, command, body }: GroupOrder, { groups }: PerformerParts): Promise<Outcome> {
  try {
    groups.submit({ group, command, body: { ...body, id } });
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.problem.code, detail: error.problem.detail };
    throw error;
  }
  await groups.ended(id);
  const { status, error } = groups.read(group, id);
  return status === 'done' ? DONE : failed(`${command} of ${group}`, status, error);
}

const failed = (what: string, status: string, error: Pick<CommandError, 'code' | 'detail'> | null): Outcome => ({
  ok: false,
  code: error?.code ?? status,
  detail: `${what}: ${error?.detail ?? status}`,
});

const stopOutcome = ({ allConfirmed, unconfirmed, unreachable }: StopReport): Outcome =>
  allConfirmed
    ? DONE
    : { ok: false, code: 'stopped', detail: `not confirmed: ${[...unconfirmed, ...unreachable].join(', ')}` };

async function halt(action: DriveAction, parts: PerformerParts): Promise<void> {
  const which = movedBy(action);
  if (which === null) return;
  if ('drive' in which) {
    await commandMember(which.drive, { command: 'halt', waitMs: HALTED_WITHIN_MS }, parts);
    return;
  }
  const { id } = parts.groups.submit({ group: which.group, command: 'halt', body: {} });
  await parts.groups.ended(id);
}

function movedBy(action: DriveAction): Which | null {
  if (action.do === 'move') return { drive: action.drive };
  if (action.do === 'group-move') return { group: action.group };
  return action.do === 'home' ? action.which : null;
}

/** Longer than any ramp; what has not halted by then fails the next move itself. */
const HALTED_WITHIN_MS = 10_000;
