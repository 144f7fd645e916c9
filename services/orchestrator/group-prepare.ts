import { memberProblem } from './domain/move-plan.ts';
import type { QuantisedAxis } from './domain/quantise.ts';
import type { Move } from './group-moving.ts';
import { abortedBy, commandMember, commandMembers, type Failure, type RunParts } from './group-run.ts';

/** An armed member that is never triggered disarms itself so long after the start it waits for. */
const ARM_TTL_MS = 5000;
/** Writing and reading back the parameters of a whole line at a low baud rate. */
const ARM_WITHIN_MS = 4000;

/** Arms and verifies every member; null when all of them wait for the trigger, otherwise none is armed any more. */
export async function prepare(move: Move, parts: RunParts): Promise<Failure | null> {
  const { run, axes, drives } = move;
  const answers = await Promise.all(axes.map((axis) => arm(axis, move, parts)));
  const refusals = answers.filter((answer) => answer !== null);
  if (refusals.length === 0 && !run.signal.aborted) return null;
  await commandMembers(drives, { command: 'disarm' }, parts);
  if (run.signal.aborted) return abortedBy(run);
  const { code, detail } = memberProblem(run.group.id, refusals);
  return { status: 'failed', error: { code, detail } };
}

/** Null when the drive holds the verified set-point and waits for the trigger. */
async function arm(
  axis: QuantisedAxis,
  move: Move,
  parts: RunParts,
): Promise<{ drive: string; code: string; detail: string } | null> {
  const { drive } = axis;
  const body = setpointOf(axis, move, parts);
  const answer = await commandMember(drive, { command: 'arm', body, waitMs: ARM_WITHIN_MS }, parts);
  if (!answer.ok) return { drive, code: answer.error.code, detail: `${drive}: ${answer.error.detail}` };
  const { status, error } = answer.value;
  if (status === 'done') return null;
  return { drive, code: error?.code ?? 'driveTimeout', detail: `${drive}: ${error?.detail ?? `arming is ${status}`}` };
}

function setpointOf(
  { drive, velocity, acceleration, deceleration }: QuantisedAxis,
  { plan, number }: Move,
  { clock }: RunParts,
): Readonly<Record<string, unknown>> {
  const { target, epoch, override = 1, tellable = [] } = plan.members.get(drive) ?? {};
  // the drive takes its share of the velocity
  const wanted = { velocity: velocity / override, acceleration, deceleration };
  const waitsMs = plan.startAtUnixMs === null ? 0 : Math.max(0, plan.startAtUnixMs - clock.unixMs());
  return {
    position: target,
    epoch,
    ...Object.fromEntries(tellable.map((word) => [word, wanted[word]])),
    armTtlMs: ARM_TTL_MS + Math.ceil(waitsMs),
    group: number,
  };
}
