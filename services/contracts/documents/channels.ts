import { CommandReport, DriveCommands } from '../commands.ts';
import { GroupCommands, GroupReport, GroupStateMessage } from '../group.ts';
import { DriveEvent } from '../events.ts';
import { SiteMessage } from '../site.ts';
import { RunResource } from '../run.ts';

import { DriveDescription, DriveStateMessage } from '../state.ts';
import type { Topics } from '../topics.ts';
import { refTo, type Json } from './json-schemas.ts';

/** One topic, or one family of topics with `{drive}` and the like in it. */
export interface Channel {
  readonly name: string;
  readonly address: string;
  readonly summary: string;
  readonly payload: Json;
  /** `send`: kpower-motion publishes it; `receive`: it listens to it. */
  readonly action: 'send' | 'receive';
  readonly retain: boolean;
  /** Name of the channel on which every such command is answered. */
  readonly reply?: string;
}

const availability: Json = { type: 'string', enum: ['online', 'offline'] };

const send = { action: 'send', retain: true } as const;
const tell = { action: 'send', retain: false } as const;

/** What is kept for those who come later: how things are. */
function kept(topics: Topics): readonly Channel[] {
  const drive = (name: keyof Topics & `drive${string}`, summary: string, payload: Json): Channel => ({
    ...send,
    name,
    address: topics[name]('{drive}', ''),
    summary,
    payload,
  });
  return [
    { ...send, name: 'site', address: topics.site, summary: 'The site and its health', payload: refTo(SiteMessage) },
    {
      ...send,
      name: 'lineAvailability',
      address: topics.lineAvailability('{line}'),
      summary: 'Whether the process of a line lives; its will',
      payload: availability,
    },
    drive('driveAvailability', 'Whether a drive answers', availability),
    drive('driveInfo', 'What a drive is and where its REST side is', refTo(DriveDescription)),
    drive(
      'driveState',
      'On change, at most every 100 ms while it moves, at least every 30 s',
      refTo(DriveStateMessage),
    ),
    {
      ...send,
      name: 'groupState',
      address: topics.groupState('{group}'),
      summary: 'How a group is',
      payload: refTo(GroupStateMessage),
    },
    {
      ...send,
      name: 'programRun',
      address: topics.programRun('{program}'),
      summary: 'The run of a program that changed last, with its current step',
      payload: refTo(RunResource),
    },
  ];
}

/** What is said once: what happened. */
function told(topics: Topics): readonly Channel[] {
  return [
    {
      ...tell,
      name: 'driveEvent',
      address: topics.driveEvent('{drive}', '{type}'),
      summary: 'Numbered events',
      payload: refTo(DriveEvent),
    },
    {
      ...tell,
      name: 'driveResults',
      address: topics.driveResults('{drive}'),
      summary: 'The outcome of every command, refusals included',
      payload: refTo(CommandReport),
    },
    {
      ...tell,
      name: 'groupResults',
      address: topics.groupResults('{group}'),
      summary: 'The outcome of every group command',
      payload: refTo(GroupReport),
    },
  ];
}

const camel = (words: string): string => words.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
const takesBareNumber = new Set(['move-absolute', 'move-relative', 'set-position']);

function heard(topics: Topics): readonly Channel[] {
  const receive = { action: 'receive', retain: false } as const;
  const drive = Object.entries(DriveCommands).map(([command, schema]) => ({
    ...receive,
    name: camel(`drive-${command}`),
    address: topics.driveCommand('{drive}', command),
    summary: `${command}; a retained message is refused`,
    payload: takesBareNumber.has(command) ? { oneOf: [refTo(schema), { type: 'number' }] } : refTo(schema),
    reply: 'driveResults',
  }));
  const group = Object.entries(GroupCommands).map(([command, schema]) => ({
    ...receive,
    name: camel(`group-${command}`),
    address: topics.groupCommand('{group}', command),
    summary: `${command} for a group; a retained message is refused`,
    payload: refTo(schema),
    reply: 'groupResults',
  }));
  const stopAll = {
    ...receive,
    name: 'stopAll',
    address: topics.stopAll,
    summary: 'Stop every axis',
    payload: refTo(DriveCommands.stop),
  };
  return [...drive, ...group, stopAll];
}

/** Every topic of the product. */
export function channelsOf(topics: Topics): readonly Channel[] {
  return [...kept(topics), ...told(topics), ...heard(topics)];
}
