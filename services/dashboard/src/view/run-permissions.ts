import type { RunResource, RunStatus } from '../../../contracts/index.ts';
import type { Permission } from './permissions.ts';

export type RunAction = 'start' | 'pause' | 'resume' | 'step' | 'abort';

const ENDED: readonly RunStatus[] = ['done', 'failed', 'aborted'];

/** What a person may do with the last run of a program. The server decides in the end; this only saves a refusal. */
export function runPermissions(run: RunResource | null, isLive: boolean): Record<RunAction, Permission> {
  const status = run === null || ENDED.includes(run.status) ? null : run.status;
  const when = (isSo: boolean, because: string): Permission => {
    if (!isLive) return { allowed: false, because: 'The server is out of reach' };
    return isSo ? { allowed: true } : { allowed: false, because };
  };
  const isWaiting = status === 'paused' || status === 'interrupted';
  return {
    start: when(status === null, 'It has a run: let it end or abort it'),
    pause: when(status === 'running', 'It does not run'),
    resume: when(isWaiting, 'It is not paused'),
    step: when(isWaiting, 'It is not paused'),
    abort: when(status !== null, 'It has no run'),
  };
}
