import type { Clock } from '../../drivers/base/index.ts';
import type { BroadcastStop } from '../../drivers/drive/index.ts';
import type { StopReport } from '../contracts/index.ts';
import type { Axis } from './axis.ts';

interface StopTogether {
  readonly cause: string;
  readonly clock: Clock;
  /** One frame that every drive of the line obeys; null where there is none. */
  readonly broadcast: BroadcastStop | null;
  /** What is not proved by then is told as not proved, and is read on; as long as it takes unless told. */
  readonly answerWithinMs?: number | undefined;
}

/**
 * Stops all at once: first the frame that all obey, then each by its own, because only that is answered. `confirmed`
 * are those whose reading after the stop showed them at rest, nobody else.
 */
export async function stopTogether(
  axes: readonly Axis[],
  { cause, clock, broadcast, answerWithinMs }: StopTogether,
): Promise<StopReport> {
  const startedAtMs = clock.nowMs();
  const answered = new AbortController();
  const overdue = answerWithinMs === undefined ? null : clock.sleep(answerWithinMs, answered.signal);
  overdue?.catch(() => undefined);
  if (broadcast !== null && areAllKnown(axes)) void broadcast();
  const ordered = axes.toSorted((a, b) => urgencyOf(b) - urgencyOf(a));
  const present = ordered.filter(isPresent);
  const proofs = present.map(async (axis) => {
    const tried = outcomeOf(axis.id, axis.stop(cause), 'unconfirmed');
    const unproved = overdue?.then((): Outcome => ({ id: axis.id, verdict: 'unconfirmed' }));
    return unproved === undefined ? tried : Promise.race([tried, unproved]);
  });
  // each goes on trying to stop its drive; only the answer for the others waits no longer
  const absent = ordered
    .filter((axis) => !isPresent(axis))
    .map(async (axis) => {
      const tried = outcomeOf(axis.id, axis.stop(cause), 'unreachable');
      const givenUp = Promise.all(proofs).then(() => clock.sleep(ABSENT_MS));
      return Promise.race([tried, givenUp.then((): Outcome => ({ id: axis.id, verdict: 'unreachable' }))]);
    });
  const outcomes = await Promise.all([...proofs, ...absent]);
  answered.abort(new Error('answered'));
  const those = (verdict: Outcome['verdict']): string[] =>
    outcomes.filter((outcome) => outcome.verdict === verdict).map(({ id }) => id);
  return {
    allConfirmed: outcomes.every(({ verdict }) => verdict === 'confirmed'),
    confirmed: those('confirmed'),
    unconfirmed: those('unconfirmed'),
    unreachable: those('unreachable'),
    durationMs: Math.round(clock.nowMs() - startedAtMs),
  };
}

/** A drive that was silent before the stop is given so long after the last proof of the others. */
const ABSENT_MS = 300;

interface Outcome {
  readonly id: string;
  readonly verdict: 'confirmed' | 'unconfirmed' | 'unreachable';
}

async function outcomeOf(id: string, stop: ReturnType<Axis['stop']>, otherwise: Outcome['verdict']): Promise<Outcome> {
  const { confirmed } = await stop;
  return { id, verdict: confirmed ? 'confirmed' : otherwise };
}

const isPresent = ({ kit }: Axis): boolean => kit.drive.link().state !== 'offline';

/** A drive of another model at one of the addresses would take the frame for who knows what. */
function areAllKnown(axes: readonly Axis[]): boolean {
  const links = axes.map(({ kit }) => kit.drive.link().state);
  return links.includes('online') && !links.includes('refused');
}

/** The fastest first, as each frame delays the next; who does not answer last, as waiting for it delays them most. */
function urgencyOf(axis: Axis): number {
  return !isPresent(axis) ? -1 : Math.abs(axis.state().velocity ?? Infinity);
}

/** Before an orderly end: what moves is stopped, what rests is left as it is. */
export async function stopMoving(
  axes: readonly Axis[],
  { withinMs, clock }: { readonly withinMs: number; readonly clock: Clock },
): Promise<void> {
  const moving = axes.filter((axis) => axis.state().moving === true || axis.state().command !== null);
  if (moving.length === 0) return;
  const stopped = Promise.all(moving.map(async (axis) => axis.stop('the device process ends')));
  await Promise.race([stopped, clock.sleep(withinMs)]);
}
