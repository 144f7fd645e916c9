import type { Site } from '../../config/index.ts';
import {
  GroupCommands,
  problem,
  Refusal,
  topicsOf,
  type GroupCommandName,
  type GroupCommandResource,
  type GroupReport,
  type GroupStateMessage,
  type Problem,
} from '../contracts/index.ts';
import type { IncomingMessage } from '../platform/bus/index.ts';
import { noFigures } from './command-store.ts';
import type { ActiveBus } from './active-bus.ts';
import type { Groups } from './groups.ts';
import type { Leadership } from './leadership.ts';
import { createListeners, type Listen } from './listeners.ts';

interface Parts {
  readonly site: Site;
  readonly bus: ActiveBus;
  readonly leadership: Pick<Leadership, 'isActive'>;
  readonly groups: Groups;
}

export interface GroupTopics {
  /** Every report, also of commands that came by REST. */
  readonly onReport: Listen<GroupReport>;
  readonly close: () => void;
}

type ReplyTo = IncomingMessage['replyTo'];

/** The groups' face on the bus: retained state, commands in, a report for every command whatever way it came. */
export function serveGroupTopics({ site, bus, leadership, groups }: Parts): GroupTopics {
  const topics = topicsOf(site.mqtt.root);
  const askers = new Map<string, NonNullable<ReplyTo>>();
  const reports = createListeners<GroupReport>();

  const publishState = (state: GroupStateMessage): void =>
    bus.publish(topics.groupState(state.group), JSON.stringify(state), { retain: true });
  const report = (said: GroupReport, replyTo: ReplyTo): void => {
    reports.tell(said);
    bus.publish(topics.groupResults(said.group), JSON.stringify(said));
    if (replyTo !== null) bus.publish(replyTo.topic, JSON.stringify(said), { correlation: replyTo.correlation });
  };

  function take(message: IncomingMessage): void {
    const { group, command } = namedIn(message.topic);
    // A cleared retained message is no command.
    const isCleared = message.retained && message.payload === '';
    // Whoever commands hears it too and answers; a stop is worth two.
    const isAnothers = !leadership.isActive() && command !== 'stop';
    if (isCleared || isAnothers) return;
    try {
      const { id } = submit({ group, command }, message, groups);
      if (message.replyTo !== null) askers.set(id, message.replyTo);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (site.groups.has(group)) report(refusal({ group, command }, error.problem, message), message.replyTo);
    }
  }

  const ends = [
    bus.subscribe(topics.groupCommand('+', '+'), take),
    groups.onState(publishState),
    groups.onEnded((resource) => {
      report(reportOf(resource), askers.get(resource.id) ?? null);
      askers.delete(resource.id);
    }),
    bus.onState((state) => {
      if (state === 'online') groups.states().forEach(publishState);
    }),
  ];
  return { onReport: reports.listen, close: () => ends.forEach((end) => end()) };
}

interface Named {
  readonly group: string;
  readonly command: string;
}

/** `kmotion/groups/lift/commands/move` names lift and move. */
function namedIn(topic: string): Named {
  const words = topic.split('/');
  return { group: words.at(-3) ?? '', command: words.at(-1) ?? '' };
}

function submit({ group, command }: Named, message: IncomingMessage, groups: Groups): GroupCommandResource {
  if (message.retained) throw new Refusal(problem('retainedCommand', `A retained ${command} of ${group} was refused.`));
  if (!isCommand(command)) {
    const known = Object.keys(GroupCommands).join(', ');
    throw new Refusal(problem('notFound', `A group has no command ${command}; there are ${known}.`));
  }
  return groups.submit({ group, command, body: bodyOf(message.payload) });
}

const isCommand = (word: string): word is GroupCommandName => Object.hasOwn(GroupCommands, word);

function bodyOf(payload: string): unknown {
  if (payload.trim() === '') return {};
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    throw new Refusal(problem('malformed', 'The payload is not JSON.'));
  }
}

function refusal({ group, command }: Named, { code, detail }: Problem, { payload }: IncomingMessage): GroupReport {
  return {
    id: idIn(payload),
    group,
    command,
    status: 'refused',
    members: [],
    ...noFigures,
    error: { code, detail },
  };
}

/** So that a client finds its own refusal; only an id that the contract allows is repeated. */
function idIn(payload: string): string | null {
  const found = /"id"\s*:\s*"([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"/i.exec(payload);
  return found?.[1] ?? null;
}

const reportOf = (resource: GroupCommandResource): GroupReport => {
  const { parameters: _parameters, createdAt: _createdAt, endedAt: _endedAt, status, ...told } = resource;
  return { ...told, status: endOf(status) };
};

const endOf = (status: GroupCommandResource['status']): GroupReport['status'] =>
  status === 'done' || status === 'aborted' ? status : 'failed';
