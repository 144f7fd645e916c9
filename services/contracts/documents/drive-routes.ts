import { z } from 'zod';
import { CommandResource, DriveCommands, type DriveCommandName } from '../commands.ts';
import { DriveDescription, DriveStateMessage } from '../state.ts';
import { anything, camel, commandRoute, ok, type Route } from './route.ts';

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

const registerPath = { path: '/v1/drives/{drive}/registers/{address}', tag: 'drives', role: 'engineer' } as const;

const driveDetails: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/drives/{drive}/thing',
    id: 'driveThing',
    tag: 'drives',
    role: 'viewer',
    summary: 'W3C Thing Description of a drive',
    answers: [{ status: 200, description: 'A Thing Description', schema: anything, type: 'application/td+json' }],
    problems: ['notFound', 'offline', 'unreachable'],
  },
  {
    method: 'delete',
    path: '/v1/drives/{drive}/commands/{id}',
    id: 'cancelDriveCommand',
    tag: 'drives',
    role: 'operator',
    summary: 'Cancel a command',
    answers: ok(CommandResource, 'The command'),
    problems: ['notFound', 'unreachable'],
  },
  {
    ...registerPath,
    method: 'get',
    id: 'readRegisters',
    summary: 'Raw registers of a drive',
    query: { count: { schema: z.int().min(1).max(125), description: 'How many, 1 to 125; default 1' } },
    answers: ok(anything, 'Address and values'),
    problems: ['notFound', 'offline', 'unreachable'],
  },
  {
    ...registerPath,
    method: 'put',
    id: 'writeRegister',
    summary: 'Write one raw register of a drive at rest: {"value": 0 to 65535}',
    body: z.strictObject({ value: z.int().min(0).max(65_535) }),
    answers: ok(anything, 'Address and value'),
    problems: ['notFound', 'busy', 'offline', 'unreachable'],
  },
];

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

export const driveRoutes: readonly Route[] = [...drives, ...driveDetails, ...driveCommands];
