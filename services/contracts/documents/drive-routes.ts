import { z } from 'zod';
import { CommandResource, DriveCommands, type DriveCommandName } from '../commands.ts';
import { DriveDescription, DriveStateMessage } from '../state.ts';
import {
  LeaseBreak,
  LeaseGrant,
  LeaseRenewal,
  LeaseRequest,
  LeaseReturn,
  MaintenanceLock,
  MaintenanceState,
} from '../lease.ts';
import { anything, camel, commandRoute, ok, type Answer, type Route } from './route.ts';

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

const lease = { path: '/v1/drives/{drive}/lease', tag: 'drives', role: 'operator' } as const;
const authorityProblems = ['notFound', 'leaseHeld', 'leaseExpired', 'tokenStale', 'unreachable'] as const;
const nothing: readonly Answer[] = [{ status: 204, description: 'Done' }];

const authority: readonly Route[] = [
  {
    ...lease,
    method: 'post',
    id: 'takeLease',
    summary: 'Take exclusive control of a drive; a stop is still taken from anybody',
    body: LeaseRequest,
    answers: [{ status: 201, description: 'The lease and its token', schema: LeaseGrant }],
    problems: authorityProblems,
  },
  {
    ...lease,
    method: 'put',
    id: 'renewLease',
    summary: 'Prolong the lease',
    body: LeaseRenewal,
    answers: ok(LeaseGrant, 'The lease'),
    problems: authorityProblems,
  },
  {
    ...lease,
    method: 'delete',
    id: 'returnLease',
    summary: 'Give the lease back',
    body: LeaseReturn,
    answers: nothing,
    problems: authorityProblems,
  },
  {
    ...lease,
    method: 'post',
    path: '/v1/drives/{drive}/lease/break',
    id: 'breakLease',
    role: 'engineer',
    summary: "End somebody else's lease; the axis is halted, the reason is told",
    body: LeaseBreak,
    answers: nothing,
    problems: ['notFound', 'unreachable'],
  },
  {
    method: 'put',
    path: '/v1/drives/{drive}/maintenance',
    id: 'lockForMaintenance',
    tag: 'drives',
    role: 'engineer',
    summary: 'Stop a drive and let nothing move it until the lock is taken away',
    body: MaintenanceLock,
    answers: ok(MaintenanceState, 'The lock'),
    problems: ['notFound', 'unreachable'],
  },
  {
    method: 'delete',
    path: '/v1/drives/{drive}/maintenance',
    id: 'unlockAfterMaintenance',
    tag: 'drives',
    role: 'engineer',
    summary: 'Take the lock away; the axis stays stopped until it is released',
    answers: ok(MaintenanceState, 'No lock'),
    problems: ['notFound', 'unreachable'],
  },
];

export const driveRoutes: readonly Route[] = [...drives, ...driveDetails, ...authority, ...driveCommands];
