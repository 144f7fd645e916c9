import { AxisUnits } from '../../drivers/base/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import { armingOf, startOf } from './arming.ts';
import type { Armed, AxisMemory, Work } from './axis-memory.ts';
import { comesToRest, longestStopMs } from './axis-stop.ts';
import { instantOf } from './command-record.ts';
import type { MotionKind } from './domain/axis-state.ts';
import { disarm } from './disarm.ts';
import { haltWork } from './halt-work.ts';
import { explain } from './job-outcome.ts';
import { arrival, markReferenced, motionOf, planTo, type WorkParts } from './motion-work.ts';

export const enableWork = ({ view }: WorkParts): Work => ({
  motion: null,
  async perform(hands) {
    if (view.state() === 'disabled') await hands.execute({ kind: 'enable' });
    return null;
  },
});

/** An unpowered axis may coast; the command has ended when it rests. */
export const disableWork = ({ kit, memory }: WorkParts): Work => ({
  motion: null,
  endsMotion: motionOfActive(memory),
  performsForMs: longestStopMs(kit),
  async perform(hands) {
    memory.target = null;
    memory.armed = null;
    await hands.execute({ kind: 'disable' });
    await comesToRest(kit);
    return null;
  },
});

/** That runs, or that a disable has not braked yet. */
const motionOfActive = ({ active }: AxisMemory): MotionKind | undefined =>
  active?.work.motion?.kind ?? active?.work.endsMotion;

/** Gives up the latch of a stop. A drive in quick stop is led back without motion: the enable walk zeroes its targets. */
export const releaseWork = ({ kit, memory, view }: WorkParts): Work => ({
  motion: null,
  async perform(hands) {
    const notStopped = kit.motionEpoch.fence();
    const isHeldByQuickStop = view.fresh()?.power === 'quick-stop';
    if (isHeldByQuickStop) await hands.execute({ kind: 'enable' });
    // the latch of a stop that came meanwhile is another
    if (!notStopped()) return null;
    memory.stopLatched = false;
    memory.restingAt = null;
    kit.listener.event({ type: 'released', detail: 'The latch of the stop was released.', command: hands.command });
    return null;
  },
});

/** Acknowledges a fault; never moves and never releases a stop. */
export const resetWork = ({ kit, memory, view }: WorkParts): Work => ({
  motion: null,
  async perform(hands) {
    const notStopped = kit.motionEpoch.fence();
    const power = view.fresh()?.power;
    if (power === 'fault' || power === 'fault-reaction') await hands.execute({ kind: 'resetFault' });
    // what a stop that came meanwhile has found is another error
    if (!notStopped()) return null;
    memory.error = null;
    memory.restingAt = null;
    return null;
  },
});

/** Whether its drive has obeyed nobody knows: what was read of the axis says no more where it is, and nothing what that means. */
function losePlace({ kit, memory }: Pick<WorkParts, 'kit' | 'memory'>, command: string): void {
  const wasHomed = memory.referencedHere || memory.sample?.state.referenced === true;
  memory.sample = null;
  memory.referenceVoid = true;
  memory.referencedHere = false;
  const detail = 'Whether the drive has taken its new position is not known. Home it, or declare the position again.';
  if (wasHomed) kit.listener.event({ type: 'homing-lost', detail, cause: 'set-position', command });
}

export function setPositionWork(body: DriveCommand<'set-position'>, { kit, memory }: WorkParts): Work {
  const position = kit.scale.toCounts(AxisUnits(body.position));
  if (position === null) {
    throw new Refusal(problem('registerOverflow', `${body.position} does not fit into the drive's position register.`));
  }
  return {
    motion: null,
    async perform(hands) {
      memory.target = null;
      await hands.execute({ kind: 'setPosition', position }).catch((error: unknown) => {
        if (explain(error).mayHaveActed) losePlace({ kit, memory }, hands.command);
        throw error;
      });
      memory.restingAt = null;
      markReferenced(memory);
      const detail = `The present position was declared to be ${body.position} ${kit.config.axis.unit}.`;
      kit.listener.event({ type: 'position-set', detail, command: hands.command });
      return null;
    },
  };
}

/** Loads a set-point that only a trigger starts; after its time the drive is disarmed. */
export function armWork(body: DriveCommand<'arm'>, parts: WorkParts): Work {
  const { kit, memory, view } = parts;
  const plan = planTo(AxisUnits(body.position), body, parts);
  const { group = null } = body;
  return {
    motion: null,
    async perform(hands) {
      const { intent, part } = armingOf(kit.drive, group, plan);
      const executed = await hands.execute(intent, part);
      const untilMs = kit.clock.nowMs() + body.armTtlMs;
      const armed: Armed = {
        group,
        untilMs,
        until: instantOf(kit.clock.unixMs() + body.armTtlMs),
        plan,
        from: view.position(),
        setpointCounter: executed.setpointCounter,
      };
      memory.armed = armed;
      kit.clock.after(body.armTtlMs, () => void expire(armed, parts));
      kit.listener.event({
        type: 'armed',
        detail: group === null ? 'Armed alone.' : `Armed for group ${group}.`,
        command: hands.command,
      });
      return null;
    },
  };
}

async function expire(armed: Armed, { kit, memory }: WorkParts): Promise<void> {
  if (memory.armed === armed) await disarm(kit, memory, 'No trigger came within the time it was armed for.');
}

/** Told to start, but not seen to have started: its frame may be about to leave, or have left. */
export const isAboutToStart = ({ armed, active }: AxisMemory): boolean =>
  armed === null && active?.record.command === 'trigger' && active.watch === null;

/** What is disarmed never starts; where the start may be on its way, the motion is halted that it may have begun. */
export function disarmWork(parts: WorkParts): Work {
  const { memory, kit } = parts;
  const halting = isAboutToStart(memory) ? haltWork({}, parts) : null;
  return {
    motion: halting?.motion ?? null,
    async perform(hands) {
      memory.armed = null;
      const rest = halting === null ? null : await halting.perform(hands);
      await hands.execute({ kind: 'disarm' });
      kit.listener.event({ type: 'disarmed', detail: 'Disarmed on command.', command: hands.command });
      return rest;
    },
  };
}

/** Starts the armed set-point by itself, now or at an instant. */
export function triggerWork(body: DriveCommand<'trigger'>, parts: WorkParts): Work {
  const { kit, memory } = parts;
  const { armed } = memory;
  if (armed === null) throw new Refusal(problem('notArmed', `${kit.config.id} is not armed.`));
  const waitMs = body.startAt === undefined ? 0 : Date.parse(body.startAt) - kit.clock.unixMs();
  if (waitMs < 0) throw new Refusal(problem('startTooLate', `The start time passed ${-waitMs} ms ago.`));
  if (kit.clock.nowMs() + waitMs > armed.untilMs) {
    throw new Refusal(problem('armExpired', 'The start time lies after the time for which the drive is armed.'));
  }
  return {
    motion: motionOf(armed.plan, 'discreteMotion', armed.from),
    startsInMs: waitMs,
    performsForMs: waitMs,
    async perform(hands) {
      if (waitMs > 0) await kit.clock.sleep(waitMs);
      if (memory.armed === armed) memory.armed = null;
      const { intent, part } = startOf(kit.drive, armed.plan);
      const executed = await hands.execute(intent, part);
      kit.listener.event({ type: 'triggered', detail: 'The armed set-point was started.', command: hands.command });
      return arrival(armed.plan, executed, {
        kit,
        deadlineMs: hands.deadlineFor(armed.plan.plannedDurationMs),
      });
    },
  };
}
