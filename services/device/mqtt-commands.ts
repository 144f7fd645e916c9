import {
  problem,
  Refusal,
  type CommandReport,
  type DriveCommand,
  type DriveCommandName,
  type Topics,
} from '../contracts/index.ts';
import type { IncomingMessage, MessageBus } from '../platform/bus/index.ts';
import type { Axis } from './axis.ts';
import { reportRefusal } from './command-events.ts';
import { bodyOf, isCommandName, parseCommand } from './parse-command.ts';

interface CommandParts {
  readonly bus: MessageBus;
  readonly topics: Topics;
  readonly axis: Axis;
}

/** Takes commands for one drive from the bus; returns the way to unsubscribe. */
export function listenForCommands(parts: CommandParts): () => void {
  const filter = parts.topics.driveCommand(parts.axis.id, '+');
  return parts.bus.subscribe(filter, (message) => void answer(message, parts));
}

async function answer(message: IncomingMessage, parts: CommandParts): Promise<void> {
  const name = message.topic.slice(message.topic.lastIndexOf('/') + 1);
  // an empty retained message only clears what was retained
  if (message.retained && message.payload === '') return;
  const report = await carryOut(name, message, parts);
  const { replyTo } = message;
  if (replyTo === null) return;
  parts.bus.publish(replyTo.topic, JSON.stringify(report), { correlation: replyTo.correlation });
}

async function carryOut(name: string, message: IncomingMessage, { axis }: CommandParts): Promise<CommandReport> {
  try {
    const record = await axis.submit(...parseMessage(name, message, axis));
    return await record.ended.then(() => record.report());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail } = error.problem;
    return { id: null, drive: axis.id, command: name, status: 'refused', result: null, error: { code, detail } };
  }
}

/** What the gate cannot see: the name, the text, and that the broker kept it. */
function parseMessage(name: string, message: IncomingMessage, axis: Axis): [DriveCommandName, DriveCommand<never>] {
  try {
    if (!isCommandName(name)) throw new Refusal(problem('unsupported', `There is no command ${name}.`));
    // a stop is taken even so: it can only make things safer, and it latches
    if (message.retained && name !== 'stop') throw retainedRefusal(name, axis);
    return [name, parseCommand(name, bodyOf(name, message.payload)) as DriveCommand<never>];
  } catch (error) {
    if (error instanceof Refusal) reportRefusal(axis.kit, { name, id: null }, error);
    throw error;
  }
}

function retainedRefusal(name: string, axis: Axis): Refusal {
  const detail = `${name} was published retained: it would move the axis again with every start.`;
  axis.kit.listener.event({ type: 'retained-command-refused', detail });
  return new Refusal(problem('retainedCommand', detail, { drive: axis.id }));
}
