import { haltTakesRamp } from '../../drivers/profile/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import type { Work } from './axis-memory.ts';
import { planHalt, type HaltPlan } from './domain/motion-plan.ts';
import { fromHere, type WorkParts } from './motion-work.ts';

/** The longest ramp that a motion could have been given. */
const RAMP_AT_MOST_MS = 60_000;

/** Ramps down and holds: along the ramp that is asked for, else along that of the motion, or the drive's own. */
export function haltWork({ deceleration }: DriveCommand<'halt'>, parts: WorkParts): Work {
  const { view } = parts;
  const asked = deceleration === undefined ? null : rampOf(deceleration, parts);
  return {
    motion: { kind: 'discreteMotion', from: null, target: null, targetCounts: null, plannedDurationMs: null },
    async perform(hands) {
      if (view.fresh()?.moving === false && view.state() === 'standstill') return null;
      const executed = await hands.execute(asked === null ? { kind: 'halt' } : { kind: 'halt', ramp: asked.ramp });
      return {
        kind: 'rest',
        target: null,
        toleranceCounts: 0,
        acknowledgedAtMs: executed.acknowledgedAtMs,
        setpointCounter: null,
        stallMs: null,
        deadlineMs: hands.deadlineFor(Math.max(RAMP_AT_MOST_MS, asked?.plannedDurationMs ?? 0)),
      };
    },
  };
}

function rampOf(deceleration: number, parts: WorkParts): HaltPlan {
  const { config } = parts.kit;
  if (!haltTakesRamp(config.profile)) {
    const detail = `${config.id} halts along the ramp of its motion or one of its own; leave deceleration out.`;
    throw new Refusal(problem('unsupported', detail, { drive: config.id }));
  }
  const planned = planHalt({ ...fromHere(parts), deceleration }, parts.kit);
  if (!planned.ok) throw new Refusal({ ...planned.problem, drive: config.id });
  return planned.plan;
}
