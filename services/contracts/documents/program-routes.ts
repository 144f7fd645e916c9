import { z } from 'zod';
import type { ProblemCode } from '../problem.ts';
import { ProgramDocument } from '../program.ts';
import { DryRunReport, ProgramOutline, ProgramResource, ProgramSummary, RunRequest, RunResource } from '../run.ts';
import { ok, type Route } from './route.ts';

const program = { path: '/v1/programs/{program}', tag: 'programs' } as const;
const run = { tag: 'programs', role: 'operator' } as const;
const storing: readonly ProblemCode[] = ['notFound', 'storeUnavailable'];
const running: readonly ProblemCode[] = [...storing, 'notResumable', 'busy'];

const stored: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/programs',
    id: 'programs',
    tag: 'programs',
    role: 'viewer',
    summary: 'Every program',
    answers: ok(z.array(ProgramSummary), 'Their newest versions'),
    problems: ['storeUnavailable'],
  },
  {
    ...program,
    method: 'get',
    id: 'program',
    role: 'viewer',
    summary: 'A program and its text',
    answers: ok(ProgramResource, 'Its newest version'),
    problems: storing,
  },
  {
    ...program,
    method: 'put',
    id: 'saveProgram',
    role: 'engineer',
    summary: 'Check a program, JSON or YAML (application/yaml), and store it as a new version',
    body: ProgramDocument,
    answers: ok(ProgramResource, 'Stored'),
    problems: ['invalidProgram', 'storeUnavailable'],
  },
  {
    ...program,
    method: 'delete',
    id: 'removeProgram',
    role: 'engineer',
    summary: 'Take a program away; its runs stay',
    answers: [{ status: 204, description: 'Gone' }],
    problems: storing,
  },
  {
    path: '/v1/programs/{program}/checks',
    tag: 'programs',
    method: 'post',
    id: 'checkProgram',
    role: 'viewer',
    summary: 'Check a program, JSON or YAML (application/yaml), as storing it would, and store nothing',
    body: ProgramDocument,
    answers: ok(ProgramOutline, 'It may be stored and run'),
    problems: ['invalidProgram', 'storeUnavailable'],
  },
  {
    path: '/v1/programs/{program}/dry-runs',
    tag: 'programs',
    method: 'post',
    id: 'dryRun',
    role: 'viewer',
    summary: 'Work out what a program would do, without moving anything',
    body: RunRequest,
    answers: ok(DryRunReport, 'Duration, violated limits and what cannot be foreseen'),
    problems: [...storing, 'invalidProgram'],
  },
];

const runs: readonly Route[] = [
  {
    ...run,
    path: '/v1/programs/{program}/runs',
    method: 'post',
    id: 'startRun',
    summary: 'Run a program',
    body: RunRequest,
    answers: [{ status: 202, description: 'It runs; follow it at Location', schema: RunResource, location: true }],
    problems: [...storing, 'invalidProgram', 'busy'],
  },
  {
    ...run,
    role: 'viewer',
    path: '/v1/runs',
    method: 'get',
    id: 'runs',
    summary: 'The newest runs, of all programs or of one',
    query: { program: { schema: z.string(), description: 'Only of this program' } },
    answers: ok(z.array(RunResource), 'Runs, the newest first'),
    problems: ['storeUnavailable'],
  },
  {
    ...run,
    role: 'viewer',
    path: '/v1/runs/{run}',
    method: 'get',
    id: 'run',
    summary: 'How a run is and where it stands',
    answers: ok(RunResource, 'The run'),
    problems: storing,
  },
  ...(
    [
      ['pause', 'Halt what it moves; it can go on'],
      ['resume', 'Go on, also after an interruption: the step it stood at is begun again'],
      ['step', 'Go on for one step'],
      ['abort', 'Halt what it moves and end it'],
    ] as const
  ).map(([command, summary]): Route => ({
    ...run,
    path: `/v1/runs/{run}/${command}`,
    method: 'post',
    id: `${command}Run`,
    summary,
    answers: ok(RunResource, 'The run'),
    problems: running,
  })),
];

export const programRoutes: readonly Route[] = [...stored, ...runs];
