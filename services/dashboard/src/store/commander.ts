import { batch } from '@preact/signals';
import type {
  DriveCommandName,
  GroupCommandName,
  GroupCommandResource,
  RunResource,
} from '../../../contracts/index.ts';
import type { Orchestrator } from '../api/orchestrator.ts';
import type { Outcome } from '../api/page-problem.ts';
import { addNotice } from './notices.ts';
import { hearRun } from './programs.ts';
import type { Store } from './store.ts';

/** What a person can ask for. Each refusal becomes a notice; the effect is seen in the states. */
export interface Commander {
  drive(drive: string, command: DriveCommandName, parameters?: object): Promise<boolean>;
  group(group: string, command: GroupCommandName, parameters?: object): Promise<GroupCommandResource | null>;
  startProgram(program: string, parameters: object): Promise<void>;
  run(run: RunResource, word: 'pause' | 'resume' | 'step' | 'abort'): Promise<void>;
  /** True when the server took the token; it then knows this browser. */
  signIn(token: string): Promise<boolean>;
  stopAll(): Promise<void>;
  releaseAll(): Promise<void>;
}

export function createCommander(store: Store, orchestrator: Orchestrator): Commander {
  const told = <T>(what: string, outcome: Outcome<T>): T | null => {
    if (outcome.ok) return outcome.value;
    const { title, detail, remedy } = outcome.problem;
    addNotice(store, { title: `${what}: ${title}`, detail, remedy });
    return null;
  };
  const drive: Commander['drive'] = async (id, command, parameters = {}) =>
    told(`${id}, ${command}`, await orchestrator.commandDrive(id, command, parameters)) !== null;
  return {
    drive,
    group: async (id, command, parameters = {}) =>
      told(`${id}, ${command}`, await orchestrator.commandGroup(id, command, parameters)),
    startProgram: async (program, parameters) => {
      const run = told(`Program ${program}`, await orchestrator.startProgram(program, parameters));
      if (run !== null) hearRun(store, run);
    },
    run: async ({ run, program }, word) => {
      const now = told(`Program ${program}, ${word}`, await orchestrator.commandRun(run, word));
      if (now !== null) hearRun(store, now);
    },
    signIn: async (token) => told('Sign in', await orchestrator.signIn(token)) !== null,
    stopAll: () => stopAll(store, orchestrator),
    releaseAll: async () => {
      const latched = store.driveIds.value.filter((id) => store.drive(id).heard.value?.message.stopLatched === true);
      await Promise.all(latched.map((id) => drive(id, 'release')));
      store.stop.value = { kind: 'none' };
    },
  };
}

/** Sent each time it is asked for: a stop is never held back because another one is on its way. */
async function stopAll(store: Store, orchestrator: Orchestrator): Promise<void> {
  batch(() => {
    store.stop.value = { kind: 'asked' };
    store.notices.value = [];
  });
  const outcome = await orchestrator.stopAll();
  store.stop.value = { kind: 'answered', outcome };
}
