import type {
  CommandResource,
  DriveCommandName,
  GroupCommandName,
  GroupCommandResource,
  ProgramSummary,
  RunResource,
  StopReport,
} from '../../../contracts/index.ts';
import { type Outcome, problemOf, serverUnreachable } from './page-problem.ts';

export interface Orchestrator {
  commandDrive(drive: string, command: DriveCommandName, parameters: object): Promise<Outcome<CommandResource>>;
  commandGroup(group: string, command: GroupCommandName, parameters: object): Promise<Outcome<GroupCommandResource>>;
  programs(): Promise<Outcome<readonly ProgramSummary[]>>;
  startProgram(program: string, parameters: object): Promise<Outcome<RunResource>>;
  commandRun(run: string, word: 'pause' | 'resume' | 'step' | 'abort'): Promise<Outcome<RunResource>>;
  /** Asks for every axis to stop; waits longer than the server needs for its proof. */
  stopAll(): Promise<Outcome<StopReport>>;
  /** Trades a token for a session cookie that no script can read. */
  signIn(token: string): Promise<Outcome<unknown>>;
}

interface Parts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly newId: () => string;
}

const ANSWER_WITHIN_MS = 8_000;

/** The server's REST face. Addresses are relative to the page, so a path prefix in front of both is kept. */
export function createOrchestrator({ fetch, newId }: Parts): Orchestrator {
  const ask = async <T>(path: string, init: RequestInit): Promise<Outcome<T>> => {
    try {
      const response = await fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), cache: 'no-store' });
      const body: unknown = await response.json().catch(() => null);
      return response.ok ? { ok: true, value: body as T } : { ok: false, problem: problemOf(response.status, body) };
    } catch {
      return { ok: false, problem: serverUnreachable };
    }
  };
  // Never `Prefer: wait`: a browser holds six connections a host, and a waiting command must not keep a stop out.
  const post = <T>(path: string, body: object): Promise<Outcome<T>> =>
    ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const order = <T>(path: string, parameters: object): Promise<Outcome<T>> =>
    post<T>(path, { id: newId(), ...parameters });
  return {
    commandDrive: (drive, command, parameters) => order(`v1/drives/${drive}/commands/${command}`, parameters),
    commandGroup: (group, command, parameters) => order(`v1/groups/${group}/commands/${command}`, parameters),
    programs: () => ask('v1/programs', {}),
    startProgram: (program, parameters) => order(`v1/programs/${program}/runs`, { parameters }),
    commandRun: (run, word) => post(`v1/runs/${run}/${word}`, {}),
    stopAll: () => order('v1/stop', {}),
    signIn: (token) => post('login', { token }),
  };
}
