import { Refusal, type DriveCommand } from '../contracts/index.ts';
import type { Work } from './axis-memory.ts';
import { planVelocityRun } from './domain/velocity-run.ts';
import type { WorkParts } from './motion-work.ts';

/** From the last speed to rest, with all that a line may add. */
const COMES_TO_REST_MS = 2000;

/**
 * A velocity for a time, for drives that know no position to stop at. Its end is a command of this service: if that dies
 * on the way, only the drive's own watchdog ends the motion, and drives of this kind rarely have one.
 */
export function velocityRunWork(body: DriveCommand<'move-velocity'>, { kit }: WorkParts): Work {
  const planned = planVelocityRun(body, kit);
  if (!planned.ok) throw new Refusal({ ...planned.problem, drive: kit.config.id });
  const { velocity, durationMs } = planned.plan;
  const ramp = kit.scale.accelerationToCounts(kit.limits.maxAcceleration) ?? Infinity;
  return {
    motion: {
      kind: 'continuousMotion',
      from: null,
      target: null,
      targetCounts: null,
      plannedDurationMs: durationMs,
    },
    performsForMs: durationMs,
    async perform(hands) {
      const started = await hands.execute({ kind: 'moveVelocity', velocity, acceleration: ramp, deceleration: ramp });
      await kit.clock.sleep(Math.max(0, started.acknowledgedAtMs + durationMs - kit.clock.nowMs()));
      const halted = await hands.halt();
      return {
        kind: 'rest',
        target: null,
        toleranceCounts: 0,
        acknowledgedAtMs: halted.acknowledgedAtMs,
        setpointCounter: null,
        stallMs: null,
        deadlineMs: hands.deadlineFor(COMES_TO_REST_MS),
      };
    },
  };
}
