import type { CommandError, LineTriggerAnswer } from '../contracts/index.ts';
import { spreadMs } from './domain/move-watch.ts';
import type { Move } from './group-moving.ts';
import { abortedBy, askLine, commandMembers, type Failure, type MemberAnswer, type RunParts } from './group-run.ts';
import { stopMembers } from './group-stop.ts';

/** From commit to start: a late message is refused instead of starting late (Klipper uses the same 250 ms). */
const START_LEAD_MS = 250;
/** With less time than this the lines would not hear of the start before it. */
const SHORTEST_LEAD_MS = 50;
const TRIGGER_TTL_MS = 1000;

export type Committed =
  | {
      readonly ok: true;
      readonly commands: ReadonlyMap<string, string>;
      /** When the frame of each had left, milliseconds since 1970. */
      readonly startedAtMs: ReadonlyMap<string, number>;
    }
  | { readonly ok: false; readonly failure: Failure };

type Answer = MemberAnswer<LineTriggerAnswer>;

/** One frame starts all members of a line where it can; several lines start at an agreed instant. */
export async function commit(move: Move, parts: RunParts): Promise<Committed> {
  const lines = byLine(move.drives, parts);
  const startAtMs = startOf(move, lines.size, parts);
  const notCommitted = await waitToCommit(move, startAtMs, parts);
  if (notCommitted !== null) {
    await commandMembers(move.drives, { command: 'disarm' }, parts);
    return { ok: false, failure: notCommitted };
  }
  const startAt = startAtMs === null ? undefined : new Date(startAtMs).toISOString();
  const asked = [...lines].map(async ([line, drives]) => {
    const leases = tokensOf(drives, parts);
    const trigger = { group: move.number, drives, leases, ttlMs: TRIGGER_TTL_MS, ...(startAt && { startAt }) };
    const answer = await askLine(line, parts, (client) => client.trigger(line, trigger));
    if (answer.ok) parts.gaps.learn(line, instantsOf(drives, answer.value));
    return answer;
  });
  return conclude(move, await answersOrFirstRefusal(asked), parts);
}

/** Null starts at once: one line needs no agreement. */
function startOf({ plan }: Move, lines: number, { clock }: RunParts): number | null {
  if (plan.startAtUnixMs !== null) return plan.startAtUnixMs;
  return lines > 1 ? clock.unixMs() + START_LEAD_MS : null;
}

/** The lines are told only shortly before the start, so that a halt while it is waited for finds nothing on its way. */
async function waitToCommit({ run }: Move, startAtMs: number | null, { clock }: RunParts): Promise<Failure | null> {
  if (startAtMs === null) return null;
  const waitMs = startAtMs - START_LEAD_MS - clock.unixMs();
  if (waitMs > 0) await clock.sleep(waitMs, run.signal).catch(() => undefined);
  if (run.signal.aborted) return abortedBy(run);
  const leadMs = startAtMs - clock.unixMs();
  if (leadMs >= SHORTEST_LEAD_MS) return null;
  const detail = `The members were ready ${Math.round(leadMs)} ms before the start, too late to tell every line; none was started.`;
  return { status: 'failed', error: { code: 'startTooLate', detail } };
}

/** What one line refuses ends the wait for the others: what they have not started yet they need not start. */
async function answersOrFirstRefusal(asked: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  const refused = new Promise<readonly Answer[]>((resolve) => {
    for (const each of asked) void each.then((answer) => (answer.ok ? undefined : resolve([answer])));
  });
  return asked.length === 1 ? Promise.all(asked) : Promise.race([Promise.all(asked), refused]);
}

async function conclude(move: Move, answers: readonly Answer[], parts: RunParts): Promise<Committed> {
  const triggers = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const startedAtMs = new Map(triggers.flatMap(({ startedAt }) => Object.entries(startedAt)).map(toMs));
  const failure = commitFailure(move, answers, startedAtMs);
  if (failure !== null) {
    await undo(move, answers, parts);
    return { ok: false, failure };
  }
  const commands = new Map(triggers.flatMap((trigger) => Object.entries(trigger.commands)));
  return { ok: true, commands, startedAtMs };
}

const toMs = ([drive, instant]: readonly [string, string]): readonly [string, number] => [drive, Date.parse(instant)];

const instantsOf = (drives: readonly string[], { startedAt }: LineTriggerAnswer): readonly number[] =>
  drives.map((drive) => Date.parse(startedAt[drive] ?? ''));

const tokensOf = (drives: readonly string[], { leases }: RunParts): Record<string, string> =>
  Object.fromEntries(
    drives.flatMap((drive) => {
      const token = leases.tokenOf(drive);
      return token === undefined ? [] : [[drive, token]];
    }),
  );

function byLine(drives: readonly string[], { lineOf }: RunParts): ReadonlyMap<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const drive of drives) lines.set(lineOf(drive), [...(lines.get(lineOf(drive)) ?? []), drive]);
  return lines;
}

function commitFailure(
  move: Move,
  answers: readonly Answer[],
  startedAtMs: ReadonlyMap<string, number>,
): Failure | null {
  const { run, drives } = move;
  // A stop may have passed the trigger on its way; whatever it started is stopped once more.
  if (run.signal.aborted && run.signal.reason !== 'halt') return abortedBy(run);
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) return { status: 'failed', error: triggerError(failed.error) };
  const triggers = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const missing = drives.filter((drive) => !triggers.some(({ started }) => started.includes(drive)));
  if (missing.length > 0) {
    const detail = `${missing.join(', ')} did not start with the others.`;
    return { status: 'failed', error: { code: 'setpointNotAcknowledged', detail } };
  }
  const skewMs = spreadMs([...startedAtMs.values()]) ?? 0;
  if (skewMs <= run.group.maxStartSkewMs) return null;
  const detail = `The members started ${skewMs} ms apart; at most ${run.group.maxStartSkewMs} ms are allowed.`;
  return { status: 'failed', error: { code: 'startTooLate', detail } };
}

const triggerError = ({ code, detail, executed }: { code: string; detail: string; executed: string }): CommandError =>
  executed === 'unknown'
    ? { code: 'writeUnverified', detail: `It is not known whether the members started, so all were stopped: ${detail}` }
    : { code, detail };

/** Nothing can have started only when every line refused; then disarming is enough, otherwise everything is stopped. */
async function undo(move: Move, answers: readonly Answer[], parts: RunParts): Promise<void> {
  const lines = byLine(move.drives, parts).size;
  const isAtRest = answers.length === lines && answers.every((answer) => !answer.ok && answer.error.executed === 'no');
  if (isAtRest) await commandMembers(move.drives, { command: 'disarm' }, parts);
  else await stopMembers(move.drives, move.run, parts);
}
