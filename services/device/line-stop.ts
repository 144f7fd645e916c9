import type { Clock } from '../../drivers/base/index.ts';
import type { StopReport } from '../contracts/index.ts';
import type { Axis } from './axis.ts';

/** Stops all at once; `confirmed` are those whose reading after the stop showed them at rest, nobody else. */
export async function stopTogether(
  axes: readonly Axis[],
  { cause, clock }: { readonly cause: string; readonly clock: Clock },
): Promise<StopReport> {
  const startedAtMs = clock.nowMs();
  // the fastest first: each frame on the line delays the next
  const ordered = axes.toSorted((a, b) => speedOf(b) - speedOf(a));
  const outcomes = await Promise.all(
    ordered.map(async (axis) => {
      const isReachable = axis.kit.drive.link().state !== 'offline';
      const { confirmed } = await axis.stop(cause);
      return { id: axis.id, verdict: confirmed ? 'confirmed' : isReachable ? 'unconfirmed' : 'unreachable' };
    }),
  );
  const those = (verdict: string): string[] =>
    outcomes.filter((outcome) => outcome.verdict === verdict).map(({ id }) => id);
  return {
    allConfirmed: outcomes.every(({ verdict }) => verdict === 'confirmed'),
    confirmed: those('confirmed'),
    unconfirmed: those('unconfirmed'),
    unreachable: those('unreachable'),
    durationMs: Math.round(clock.nowMs() - startedAtMs),
  };
}

function speedOf(axis: Axis): number {
  return Math.abs(axis.state().velocity ?? Infinity);
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
