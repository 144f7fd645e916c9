import {
  problem,
  Refusal,
  type DriveCommand,
  type DriveCommandName,
  type DriveStateMessage,
} from '../contracts/index.ts';
import { AxisIntake } from './axis-intake.ts';
import { createAxisMemory, type AxisMemory } from './axis-memory.ts';
import { AxisObserver } from './axis-observer.ts';
import { kitOf, type AxisKit, type AxisListener, type AxisParts } from './axis-parts.ts';
import { abortedBy, AxisRunner } from './axis-runner.ts';
import { createAxisStop, type StopAxis, type StopOutcome } from './axis-stop.ts';
import { createAxisView, type AxisView } from './axis-view.ts';
import type { CommandRecord } from './command-record.ts';
import { joinGroupTrigger, type TriggerTicket } from './group-trigger.ts';
import { newEpoch } from './random-ids.ts';
import { submitStop } from './stop-command.ts';

export interface Axis {
  readonly id: string;
  /** What the axis is made of: for descriptions and raw access, not for commanding. */
  readonly kit: AxisKit;
  readonly view: AxisView;
  epoch(): string;
  state(): DriveStateMessage;
  /** Admits a parsed command or throws a Refusal; the record tells the rest. A `stop` is always admitted. */
  submit<Name extends DriveCommandName>(name: Name, body: DriveCommand<Name>): Promise<CommandRecord>;
  command(id: string): CommandRecord | null;
  /** Takes a waiting command out of the queue, or halts the running motion. */
  cancel(id: string): Promise<CommandRecord>;
  stop(cause: string): Promise<StopOutcome>;
  /** Takes part in a group's common start; throws a Refusal when it cannot. */
  joinTrigger(group: number): TriggerTicket;
  close(): Promise<void>;
}

/** One axis on one drive: admits commands, runs each to exactly one end, stops, and says truly what it knows. */
export function createAxis(given: AxisParts): Axis {
  const memory = createAxisMemory(newEpoch(given.random));
  const kit = kitOf({ ...given, listener: tellStateChanges(given.listener, memory, () => view.state()) });
  const view = createAxisView(kit, memory);
  const runner = new AxisRunner({ kit, memory, view, contain: (cause) => void stop(cause) });
  const stop = createAxisStop(kit, memory, runner);
  const intake = new AxisIntake({ kit, memory, view, runner });
  const observer = new AxisObserver({ kit, memory, view, runner, stop });
  kit.drive.start(observer);

  return {
    id: kit.config.id,
    kit,
    view,
    epoch: () => memory.epoch,
    state: () => view.message(),
    submit: async (name, body) =>
      name === 'stop' ? submitStop(body, { kit, view, intake, stop }) : intake.submit(name, body),
    command: (id) => intake.command(id),
    cancel: async (id) => cancelCommand(id, { memory, intake, stop }),
    stop,
    joinTrigger: (group) => joinGroupTrigger(group, { kit, memory, view, runner, intake }),
    async close() {
      observer.close();
      await kit.drive.close();
    },
  };
}

interface CancelParts {
  readonly memory: AxisMemory;
  readonly intake: AxisIntake;
  readonly stop: StopAxis;
}

async function cancelCommand(id: string, { memory, intake, stop }: CancelParts): Promise<CommandRecord> {
  const record = intake.command(id);
  if (record === null) throw new Refusal(problem('notFound', `There is no command ${id}.`));
  const waiting = memory.queue.findIndex((job) => job.record === record);
  if (waiting >= 0) memory.queue.splice(waiting, 1);
  const { active } = memory;
  record.end(abortedBy('cancel', 'Cancelled.'));
  if (active?.record !== record) return record;
  const isHaltable = active.work.motion !== null && active.work.motion.kind !== 'homing';
  if (isHaltable) await intake.submit('halt', {});
  else void stop(`command ${id} was cancelled`);
  return record;
}

/** Every edge of the state machine is an event, whatever caused it. */
function tellStateChanges(to: AxisListener, memory: AxisMemory, stateNow: () => string): AxisListener {
  let before = 'unknown';
  return {
    event: (event) => to.event(event),
    reported: (report) => to.reported(report),
    changed() {
      memory.sequence++;
      const now = stateNow();
      if (now !== before) to.event({ type: 'state-changed', detail: `${before} to ${now}` });
      before = now;
      to.changed();
    },
  };
}
