import { z } from 'zod';
import { CommandResource, DriveCommands, type DriveCommandName } from '../commands.ts';
import { GroupCommandResource, GroupCommands, GroupStateMessage, type GroupCommandName } from '../group.ts';
import type { ProblemCode } from '../problem.ts';
import { LineTrigger, LineTriggerAnswer, Readiness, SiteMessage, StopReport, type Role } from '../site.ts';
import { DriveDescription, DriveStateMessage } from '../state.ts';
import { StreamTopic } from '../stream.ts';

/** One route as the outside sees it; the OpenAPI document is made of these and of nothing else. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/v1/drives/{drive}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: 'site' | 'drives' | 'groups' | 'line' | 'service';
  readonly summary: string;
  readonly role: Role | 'public';
  readonly body?: z.ZodType;
  readonly answers: readonly Answer[];
  /** Beside those that every route can give. */
  readonly problems?: readonly ProblemCode[];
  /** Waits with `Prefer: wait=SECONDS`. */
  readonly waits?: boolean;
  readonly query?: Readonly<Record<string, { readonly schema: z.ZodType; readonly description: string }>>;
}

export interface Answer {
  readonly status: 200 | 202 | 503;
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless told. */
  readonly type?: string;
  readonly location?: boolean;
}

const ok = (schema: z.ZodType, description: string): readonly Answer[] => [{ status: 200, description, schema }];
const text = (type: string, description: string): readonly Answer[] => [
  { status: 200, description, type, schema: z.string() },
];

const service: readonly Route[] = [
  {
    method: 'get',
    path: '/healthz',
    id: 'health',
    tag: 'service',
    role: 'public',
    summary: 'Whether the process is alive',
    answers: [{ status: 200, description: 'Alive' }],
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'readiness',
    tag: 'service',
    role: 'public',
    summary: 'Whether every configured part is ready',
    answers: [
      { status: 200, description: 'Ready', schema: Readiness },
      { status: 503, description: 'Not ready, with the reasons', schema: Readiness },
    ],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    tag: 'service',
    role: 'viewer',
    summary: 'Figures for Prometheus',
    answers: text('text/plain', 'Prometheus text format'),
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openApi',
    tag: 'service',
    role: 'public',
    summary: 'This document',
    answers: ok(z.looseObject({}), 'OpenAPI 3.1'),
  },
  {
    method: 'get',
    path: '/asyncapi.json',
    id: 'asyncApi',
    tag: 'service',
    role: 'public',
    summary: 'The MQTT side, described',
    answers: ok(z.looseObject({}), 'AsyncAPI 3.0'),
  },
  {
    method: 'get',
    path: '/docs',
    id: 'docs',
    tag: 'service',
    role: 'public',
    summary: 'A page to read this document on',
    answers: text('text/html', 'A page'),
  },
];

const site: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/site',
    id: 'site',
    tag: 'site',
    role: 'viewer',
    summary: 'Lines, drives and groups with their health',
    answers: ok(SiteMessage, 'The site'),
  },
  {
    method: 'post',
    path: '/v1/stop',
    id: 'stopAll',
    tag: 'site',
    role: 'viewer',
    summary: 'Stop every axis. Not an emergency stop: no software on a network is one',
    answers: ok(StopReport, 'Who was seen at rest, who was not, and who could not be reached'),
  },
  {
    method: 'get',
    path: '/v1/stream',
    id: 'stream',
    tag: 'site',
    role: 'viewer',
    summary: 'Server-sent events: a snapshot, then each change',
    query: {
      topics: {
        schema: z.string(),
        description: `Comma-separated: ${StreamTopic.options.join(', ')}; all when left out`,
      },
    },
    answers: text('text/event-stream', 'Events whose names and schemas are those of StreamSnapshot and its parts'),
  },
];

const drives: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/drives',
    id: 'drives',
    tag: 'drives',
    role: 'viewer',
    summary: 'Every drive',
    answers: ok(z.array(DriveDescription), 'Their descriptions'),
  },
  {
    method: 'get',
    path: '/v1/drives/{drive}',
    id: 'drive',
    tag: 'drives',
    role: 'viewer',
    summary: 'What a drive is',
    answers: ok(DriveDescription, 'Its description'),
    problems: ['notFound', 'unreachable'],
  },
  {
    method: 'get',
    path: '/v1/drives/{drive}/state',
    id: 'driveState',
    tag: 'drives',
    role: 'viewer',
    summary: 'How a drive is now',
    answers: ok(DriveStateMessage, 'Its state'),
    problems: ['notFound', 'unreachable'],
  },
  {
    method: 'get',
    path: '/v1/drives/{drive}/commands/{id}',
    id: 'driveCommand',
    tag: 'drives',
    role: 'viewer',
    summary: 'What became of a command',
    answers: ok(CommandResource, 'The command'),
    problems: ['notFound', 'unreachable'],
  },
];

const commandProblems: readonly ProblemCode[] = [
  'unsupported',
  'duplicateId',
  'notFound',
  'leaseHeld',
  'busy',
  'queueFull',
  'offline',
  'unreachable',
  'waitTimeout',
];

function commandRoute(of: {
  path: string;
  id: string;
  tag: 'drives' | 'groups';
  command: string;
  body: z.ZodType;
  answer: z.ZodType;
}): Route {
  return {
    method: 'post',
    path: `${of.path}/commands/${of.command}`,
    id: of.id,
    tag: of.tag,
    role: of.command === 'stop' ? 'viewer' : 'operator',
    summary: `${of.command}, one of the commands of a ${of.tag.slice(0, -1)}`,
    body: of.body,
    waits: true,
    answers: [
      { status: 200, description: 'It has ended, as was waited for', schema: of.answer },
      { status: 202, description: 'Accepted; follow it at Location', schema: of.answer, location: true },
    ],
    problems: commandProblems,
  };
}

const camel = (words: string): string => words.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());

const driveCommands = (Object.keys(DriveCommands) as DriveCommandName[]).map((command) =>
  commandRoute({
    path: '/v1/drives/{drive}',
    id: camel(command),
    tag: 'drives',
    command,
    body: DriveCommands[command],
    answer: CommandResource,
  }),
);

const groups: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/groups',
    id: 'groups',
    tag: 'groups',
    role: 'viewer',
    summary: 'Every group',
    answers: ok(z.array(GroupStateMessage), 'Their states'),
  },
  ...(Object.keys(GroupCommands) as GroupCommandName[]).map((command) =>
    commandRoute({
      path: '/v1/groups/{group}',
      id: camel(`group-${command}`),
      tag: 'groups',
      command,
      body: GroupCommands[command],
      answer: GroupCommandResource,
    }),
  ),
  {
    method: 'get',
    path: '/v1/groups/{group}/commands/{id}',
    id: 'groupCommand',
    tag: 'groups',
    role: 'viewer',
    summary: 'What became of a command',
    answers: ok(GroupCommandResource, 'The command'),
    problems: ['notFound'],
  },
];

const line: readonly Route[] = [
  {
    method: 'post',
    path: '/v1/lines/{line}/trigger',
    id: 'triggerLine',
    tag: 'line',
    role: 'operator',
    summary:
      'Start the armed drives of a line by one frame (on the device process of the line, not on the orchestrator)',
    body: LineTrigger,
    answers: ok(LineTriggerAnswer, 'Who started'),
    problems: ['notFound', 'notArmed', 'offline'],
  },
];

export const routes: readonly Route[] = [...service, ...site, ...drives, ...driveCommands, ...groups, ...line];
