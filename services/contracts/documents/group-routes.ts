import { z } from 'zod';
import { GroupCommandResource, GroupCommands, GroupStateMessage, type GroupCommandName } from '../group.ts';
import { camel, commandRoute, ok, type Route } from './route.ts';

export const groupRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/groups',
    id: 'groups',
    tag: 'groups',
    role: 'viewer',
    summary: 'Every group',
    answers: ok(z.array(GroupStateMessage), 'Their states'),
  },
  {
    method: 'get',
    path: '/v1/groups/{group}',
    id: 'group',
    tag: 'groups',
    role: 'viewer',
    summary: 'How a group is',
    answers: ok(GroupStateMessage, 'Its state'),
    problems: ['notFound'],
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
  {
    method: 'delete',
    path: '/v1/groups/{group}/commands/{id}',
    id: 'cancelGroupCommand',
    tag: 'groups',
    role: 'operator',
    summary: 'Cancel a command: the group halts',
    answers: ok(GroupCommandResource, 'The command, which ends as soon as the halt is on its way'),
    problems: ['notFound'],
  },
];
