import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  GroupCommands,
  problem,
  Refusal,
  type GroupCommandName,
  type GroupCommandResource,
} from '../../contracts/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Clock } from '../time.ts';
import { preferredWaitMs } from './prefer-wait.ts';

interface GroupParams {
  readonly Params: { readonly group: string };
}
interface CommandParams {
  readonly Params: { readonly group: string; readonly id: string };
}

export function addGroupRoutes(
  server: HttpServer,
  { orchestrator, clock }: { orchestrator: Orchestrator; clock: Clock },
): void {
  const { groups } = orchestrator;
  server.get('/v1/groups', () => groups.states());
  server.get<GroupParams>('/v1/groups/:group', (request) => groups.state(request.params.group));
  server.get<CommandParams>('/v1/groups/:group/commands/:id', (request) =>
    groups.read(request.params.group, request.params.id),
  );
  server.delete<CommandParams>('/v1/groups/:group/commands/:id', { config: { role: 'operator' } }, (request) =>
    groups.cancel(request.params.group, request.params.id),
  );
  for (const command of Object.keys(GroupCommands) as GroupCommandName[]) {
    const config = command === 'stop' ? STOP : ({ role: 'operator' } as const);
    server.post<GroupParams>(`/v1/groups/:group/commands/${command}`, { config }, async (request, reply) => {
      const { group } = request.params;
      const { id } = groups.submit({ group, command, body: request.body });
      void reply.header('location', `/v1/groups/${group}/commands/${id}`);
      await waitAsAsked(request, groups.ended(id), clock);
      return answer(reply, groups.read(group, id));
    });
  }
}

const STOP = { role: 'viewer', takenOnStandby: true } as const;

const answer = (reply: FastifyReply, resource: GroupCommandResource): GroupCommandResource => {
  void reply.code(resource.endedAt === null ? 202 : 200);
  return resource;
};

/** @throws Refusal waitTimeout when the command outlasts the client's patience; it goes on all the same */
async function waitAsAsked(request: FastifyRequest, ended: Promise<void>, clock: Clock): Promise<void> {
  const waitMs = preferredWaitMs(request);
  if (waitMs === null || waitMs === 0) return;
  const patience = new AbortController();
  const isInTime = await Promise.race([
    ended.then(() => true),
    clock.sleep(waitMs, patience.signal).then(
      () => false,
      () => true,
    ),
  ]);
  patience.abort(new Error('ended'));
  if (!isInTime) throw new Refusal(problem('waitTimeout', `The command has not ended within ${waitMs} ms.`));
}
