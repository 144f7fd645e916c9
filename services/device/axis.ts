import {
  problem,
  Refusal,
  type DriveCommand,
  type DriveCommandName,
  type DriveStateMessage,
  type MaintenanceState,
} from '../contracts/index.ts';
import { AxisIntake } from './axis-intake.ts';
import { createAxisMemory, type AxisMemory } from './axis-memory.ts';
import { AxisObserver } from './axis-observer.ts';
import { AxisLease } from './axis-lease.ts';
import { kitOf, type AxisKit, type AxisParts } from './axis-parts.ts';
import { AxisRunner } from './axis-runner.ts';
import { createAxisStop, type StopAxis, type StopOutcome } from './axis-stop.ts';
import { createAxisView, type AxisView } from './axis-view.ts';
import type { CommandRecord } from './command-record.ts';
import { joinGroupTrigger, type CommonStart, type TriggerTicket } from './group-trigger.ts';
import { disarm } from './disarm.ts';
import { instantOf } from './command-record.ts';
import { abortedBy } from './job-outcome.ts';
import { withCauses } from './event-causes.ts';
import { newEpoch } from './random-ids.ts';
import { submitStop } from './stop-command.ts';

export interface Axis {
  readonly id: string;
  /** What the axis is made of: for descriptions and raw access, not for commanding. */
  readonly kit: AxisKit;
  readonly view: AxisView;
  epoch(): string;
  state(): DriveStateMessage;
  /**
   * Admits a parsed command or throws a Refusal; the record tells the rest. A `stop` is always admitted.
   * @param fence token of the orchestrator through which it came; left out where it came by none
   */
  submit<Name extends DriveCommandName>(name: Name, body: DriveCommand<Name>, fence?: string): Promise<CommandRecord>;
  command(id: string): CommandRecord | null;
  /** Takes a waiting command out of the queue, or halts the running motion. */
  cancel(id: string): Promise<CommandRecord>;
  stop(cause: string): Promise<StopOutcome>;
  /** It stands by a fresh reading, and nothing is under way, waits or is armed that will move it. */
  isAtRest(): boolean;
  /** An ordinary halt of our own making, whoever holds the lease; what is armed is disarmed. Nothing where nothing moves. */
  halt(cause: string): void;
  /** Exclusive control: who may command. */
  readonly lease: AxisLease;
  /** Stops the axis and lets nothing move it until the lock is taken away; null takes it away. */
  lockForMaintenance(reason: string | null): Promise<MaintenanceState>;
  /** Takes part in a group's common start; throws a Refusal when it cannot. */
  joinTrigger(start: CommonStart): TriggerTicket;
  close(): Promise<void>;
}

/** One axis on one drive: admits commands, runs each to exactly one end, stops, and says truly what it knows. */
export function createAxis(given: AxisParts): Axis {
  const memory = createAxisMemory(newEpoch(given.random));
  const kit = kitOf({ ...given, listener: withCauses(given.listener, memory, () => view.state()) });
  const view = createAxisView(kit, memory, () => lease);
  const runner = new AxisRunner({ kit, memory, view, contain: (cause) => void stop(cause) });
  const stop = createAxisStop(kit, memory, runner);
  const intake = new AxisIntake({ kit, memory, view, runner });
  const lease = new AxisLease({
    kit,
    memory,
    disarm: () => void disarm(kit, memory, 'Armed under a lease that has ended.'),
    halt: (cause) => haltFor(cause, { kit, memory, runner, stop, intake }),
  });
  const observer = new AxisObserver({ kit, memory, view, runner, stop, lease });
  kit.drive.start(observer);

  return {
    id: kit.config.id,
    kit,
    view,
    epoch: () => memory.epoch,
    state: () => view.message(),
    submit: async (name, body, fence) =>
      name === 'stop' ? submitStop(body, { kit, view, intake, stop }) : intake.submit(name, body, fence),
    command: (id) => intake.command(id),
    cancel: (id) => Promise.resolve(cancelCommand(id, { memory, intake, stop, runner })),
    stop,
    isAtRest: () => isAtRest(memory, view),
    halt(cause) {
      if (memory.armed !== null) void disarm(kit, memory, `Disarmed: ${cause}.`);
      if (memory.active?.record.command !== 'halt') haltFor(cause, { kit, memory, runner, stop, intake });
    },
    lease,
    lockForMaintenance: (reason) => lockForMaintenance(reason, { kit, memory, stop }),
    joinTrigger: (start) => joinGroupTrigger(start, { kit, memory, view, runner, intake }),
    async close() {
      observer.close();
      lease.close();
      await kit.drive.close();
    },
  };
}

function isAtRest({ active, queue, armed, stopUnderWay }: AxisMemory, view: AxisView): boolean {
  const isIdle = active === null && queue.length === 0 && armed === null && !stopUnderWay;
  return isIdle && view.fresh()?.moving === false;
}

interface OwnParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly stop: StopAxis;
}

/** A person is about to reach into the machine: it stops first, and stays latched. */
async function lockForMaintenance(reason: string | null, { kit, memory, stop }: OwnParts): Promise<MaintenanceState> {
  const { config, clock, listener } = kit;
  if (reason !== null) {
    memory.maintenance = { reason, since: instantOf(clock.unixMs()) };
    listener.event({ type: 'maintenance-locked', detail: reason });
    await stop(`locked for maintenance: ${reason}`);
  } else if (memory.maintenance !== null) {
    memory.maintenance = null;
    listener.event({ type: 'maintenance-unlocked', detail: 'The lock for maintenance was taken away.' });
  }
  listener.changed();
  return { drive: config.id, locked: memory.maintenance };
}

/** An ordinary halt of whatever moves and waits; a search for the reference is stopped. */
function haltFor(cause: string, { kit, memory, stop, intake, runner }: OwnParts & CancelParts): void {
  const motion = memory.active?.work.motion ?? null;
  if (motion === null) return;
  kit.listener.event({ type: 'halt-requested', detail: `Halted: ${cause}.`, cause });
  if (motion.kind === 'homing') void stop(cause);
  else runner.start(intake.haltJob());
}

interface CancelParts {
  readonly memory: AxisMemory;
  readonly intake: AxisIntake;
  readonly stop: StopAxis;
  readonly runner: AxisRunner;
}

function cancelCommand(id: string, { memory, intake, stop, runner }: CancelParts): CommandRecord {
  const record = intake.command(id);
  if (record === null) throw new Refusal(problem('notFound', `There is no command ${id}.`));
  const waiting = memory.queue.findIndex((job) => job.record === record);
  if (waiting >= 0) memory.queue.splice(waiting, 1);
  const { active } = memory;
  record.end(abortedBy('cancel', 'Cancelled.'));
  if (active?.record !== record) return record;
  // a homing that is broken off half way is stopped: the drive's position means nothing then
  const isHaltable = active.work.motion !== null && active.work.motion.kind !== 'homing';
  if (isHaltable) runner.start(intake.haltJob());
  else void stop('the running command was cancelled', id);
  return record;
}
