import type { FastifyRequest } from 'fastify';
import { Id, problem, Refusal, RunRequest } from '../../contracts/index.ts';
import { parseBody, roleOf, type HttpServer } from '../../platform/http/index.ts';
import type { Programming } from '../programs/programming.ts';
import type { RunCommand } from '../programs/runs.ts';

interface ProgramParams {
  readonly Params: { readonly program: string };
}
interface RunParams {
  readonly Params: { readonly run: string };
}
interface RunsQuery {
  readonly Querystring: { readonly program?: string };
}

const COMMANDS: readonly RunCommand[] = ['pause', 'resume', 'step', 'abort'];

export function addProgramRoutes(server: HttpServer, { programs, runs }: Programming): void {
  server.get('/v1/programs', () => programs.list());
  server.get<ProgramParams>('/v1/programs/:program', (request) => programs.read(request.params.program));
  server.delete<ProgramParams>('/v1/programs/:program', { config: { role: 'engineer' } }, async (request, reply) => {
    await programs.remove(request.params.program);
    return reply.code(204).send();
  });
  addSaving(server, { programs });

  const dry = { role: 'viewer', takenOnStandby: true } as const;
  server.post<ProgramParams>('/v1/programs/:program/dry-runs', { config: dry }, async (request) =>
    runs.dryRun(request.params.program, parseBody(RunRequest, request.body, 'dry run')),
  );
  server.post<ProgramParams>('/v1/programs/:program/runs', async (request, reply) => {
    const body = parseBody(RunRequest, request.body, 'run');
    const run = await runs.start(request.params.program, body, roleOf(request));
    return reply.code(202).header('location', `/v1/runs/${run.run}`).send(run);
  });
  server.get<RunsQuery>('/v1/runs', (request) => runs.recent(request.query.program));
  server.get<RunParams>('/v1/runs/:run', (request) => runs.read(request.params.run));
  for (const command of COMMANDS) {
    server.post<RunParams>(`/v1/runs/:run/${command}`, (request) => runs.command(request.params.run, command));
  }
}

/** A program is stored as the text that came, so that its comments stay and a problem has a line and a column. */
function addSaving(server: HttpServer, { programs }: Pick<Programming, 'programs'>): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Neither can be sent by a page of another site without asking first, as no form can.
    scope.addContentTypeParser(
      ['application/json', 'application/yaml'],
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    const config = { role: 'engineer' } as const;
    scope.put<ProgramParams>('/v1/programs/:program', { config }, (request: FastifyRequest<ProgramParams>) =>
      programs.save(checkedId(request.params.program), textOf(request), roleOf(request)),
    );
    const trying = { role: 'viewer', takenOnStandby: true } as const;
    scope.post<ProgramParams>(
      '/v1/programs/:program/checks',
      { config: trying },
      (request: FastifyRequest<ProgramParams>) => programs.check(checkedId(request.params.program), textOf(request)),
    );
  });
}

const textOf = ({ body }: FastifyRequest<ProgramParams>): string => (typeof body === 'string' ? body : '');

function checkedId(program: string): string {
  const parsed = Id.safeParse(program);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    problem('invalidValue', `"${program}" cannot be the name of a program: ${parsed.error.issues[0]?.message ?? ''}.`),
  );
}
