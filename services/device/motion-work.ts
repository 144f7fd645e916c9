import { AxisUnits } from '../../drivers/base/index.ts';
import type { Executed } from '../../drivers/drive/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import type { AxisMemory, Motion, Work } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisView } from './axis-view.ts';
import { stallMsOf, type Expectation } from './domain/completion.ts';
import type { MotionKind } from './domain/axis-state.ts';
import { checkTarget, checkVelocity } from './domain/limits.ts';
import { planMotion, type MotionPlan, type MotionRequest } from './domain/motion-plan.ts';
import type { AskedRamp } from './domain/tellable.ts';
import { distanceInTime } from './domain/trapezoid.ts';

export interface WorkParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
}

/** The plan of a motion to `target`, or a Refusal thrown: limits are checked before and after quantisation. */
export function planTo(
  target: AxisUnits,
  ramp: AskedRamp & { readonly beginning?: Beginning },
  parts: WorkParts,
): MotionPlan {
  const { kit } = parts;
  const { maxVelocity, maxAcceleration } = kit.config.axis;
  const { override } = parts.memory;
  const velocity = ramp.velocity ?? maxVelocity;
  // what is too fast stays too fast under an override that is lifted a moment later
  const tooFast = checkVelocity(velocity, kit.limits);
  if (tooFast !== null) throw new Refusal({ ...tooFast, drive: kit.config.id });
  const acceleration = ramp.acceleration ?? maxAcceleration;
  const planned = planMotion(
    {
      ...(ramp.beginning ?? fromHere(parts)),
      target,
      velocity: velocity * override,
      acceleration,
      deceleration: ramp.deceleration ?? acceleration,
    },
    kit,
  );
  if (!planned.ok) throw new Refusal({ ...planned.problem, drive: kit.config.id });
  return planned.plan;
}

export type Beginning = Pick<MotionRequest, 'from' | 'initialVelocity'>;

/** From where the axis is, and as fast as it is. */
export function fromHere({ kit, view }: WorkParts): Beginning {
  const velocity = view.fresh()?.velocity ?? null;
  const initialVelocity = velocity === null ? 0 : kit.scale.velocityToAxisUnits(velocity);
  return { from: view.position(), initialVelocity };
}

/** A waiting motion begins where the one before it ends, at rest; without one before it, here. */
export function afterTheLast(parts: WorkParts): Beginning {
  const { active, queue } = parts.memory;
  const last = queue.at(-1) ?? active;
  const target = last?.work.motion?.target ?? null;
  return target === null ? fromHere(parts) : { from: target, initialVelocity: 0 };
}

/** Whether a velocity move counts from where an axis is that moves on meanwhile: the newest reading may be far behind. */
export function countsFromOnTheWay(
  { bufferMode }: Pick<DriveCommand<'move-velocity'>, 'bufferMode'>,
  parts: WorkParts,
): boolean {
  const { kit, memory, view } = parts;
  const last = memory.queue.at(-1) ?? memory.active;
  if (bufferMode === 'buffered' && last?.work.motion?.target != null) return false;
  return kit.hasPosition && (memory.active?.work.motion != null || view.fresh()?.moving !== false);
}

export function moveWork(plan: MotionPlan, kind: MotionKind, { kit, view }: WorkParts): Work {
  const motion = motionOf(plan, kind, view.position());
  return {
    motion,
    async perform(hands) {
      const executed = await hands.execute({ kind: 'moveTo', ...plan.setpoint });
      return arrival(plan, executed, {
        kit,
        deadlineMs: hands.deadlineFor(motion.plannedDurationMs),
      });
    },
  };
}

export function motionOf(plan: MotionPlan, kind: MotionKind, from: AxisUnits | null): Motion {
  return {
    kind,
    from,
    target: plan.target,
    targetCounts: plan.setpoint.target,
    plannedDurationMs: plan.plannedDurationMs,
  };
}

export function arrival(
  plan: MotionPlan,
  executed: Pick<Executed, 'acknowledgedAtMs' | 'setpointCounter'>,
  { kit, deadlineMs }: { readonly kit: Pick<AxisKit, 'toleranceCounts' | 'stepCounts'>; readonly deadlineMs: number },
): Expectation {
  return {
    kind: 'move',
    target: plan.setpoint.target,
    acknowledgedAtMs: executed.acknowledgedAtMs,
    setpointCounter: executed.setpointCounter,
    toleranceCounts: kit.toleranceCounts,
    deadlineMs,
    stallMs: stallMsOf(plan.setpoint, kit.stepCounts),
  };
}

/**
 * Where a relative move counts from, decided once at admission: the last commanded target while it is being reached or
 * held, so that there and back is exactly zero; else null, and a fresh reading decides.
 */
export function relativeBase({ kit, memory, view }: WorkParts): AxisUnits | null {
  const waiting = memory.queue.at(-1)?.work.motion?.target;
  if (waiting !== undefined && waiting !== null) return waiting;
  if (memory.target === null || memory.active?.work.motion) return memory.target;
  const position = view.position();
  const isHeld = position !== null && Math.abs(position - memory.target) <= kit.config.axis.tolerance;
  return isHeld ? memory.target : null;
}

/** Whole steps of the drive from the base, as many one way as the other: a half step, asked there and back, is no drift. */
export function relativeTarget(base: AxisUnits, distance: number, { scale, limits }: AxisKit): AxisUnits {
  const asked = AxisUnits(base + distance);
  const steps = scale.toCounts(AxisUnits(distance));
  const stepped = steps === null ? asked : AxisUnits(base + scale.toAxisUnits(steps));
  // the last step to an end of the range is the plan's to round
  return checkTarget(stepped, base, limits) === null ? stepped : asked;
}

/**
 * A velocity move has its end in the drive before it begins: it is a motion to the point where it will have come to
 * rest. If this service dies on the way, the drive stops there by itself.
 */
export function velocityWork(body: DriveCommand<'move-velocity'>, parts: WorkParts): Work {
  const { kit } = parts;
  const beginning = body.bufferMode === 'buffered' ? afterTheLast(parts) : fromHere(parts);
  const { from } = beginning;
  if (from === null) throw new Refusal(problem('unknownState', `The position of ${kit.config.id} is not known.`));
  const target = AxisUnits(from + Math.sign(body.velocity) * velocityDistance(body, kit));
  const ramp = { ...body, velocity: Math.abs(body.velocity) };
  const plan = planTo(target, { ...ramp, beginning }, parts);
  return { ...moveWork(plan, 'continuousMotion', parts), replan: () => planTo(target, ramp, parts) };
}

function velocityDistance(body: DriveCommand<'move-velocity'>, { config }: AxisKit): number {
  const acceleration = body.acceleration ?? config.axis.maxAcceleration;
  const ramp = {
    velocity: Math.abs(body.velocity),
    acceleration,
    deceleration: body.deceleration ?? acceleration,
  };
  const inTime = body.maxDurationMs === undefined ? Infinity : distanceInTime(ramp, body.maxDurationMs);
  return Math.min(inTime, body.maxDistance ?? Infinity);
}

export function markReferenced(memory: AxisMemory): void {
  memory.referencedHere = true;
  memory.referenceVoid = false;
  memory.positionDeclared = true;
}
