import type { RunResource, RunStatus } from '../../../contracts/index.ts';
import type { AxisWord } from './axis-word.ts';

const words: Record<RunStatus, AxisWord> = {
  running: { word: 'Running', tone: 'active' },
  paused: { word: 'Paused', tone: 'caution' },
  interrupted: { word: 'Interrupted', tone: 'danger' },
  done: { word: 'Done', tone: 'ready' },
  failed: { word: 'Failed', tone: 'danger' },
  aborted: { word: 'Aborted', tone: 'off' },
};

/** How the last run of a program stands, in plain language; a program that never ran since this page knows it is ready. */
export function runWord(run: RunResource | null, isLive: boolean): AxisWord {
  if (!isLive) return { word: 'Unknown', tone: 'unknown' };
  return run === null ? { word: 'Ready', tone: 'off' } : words[run.status];
}

/** Each step under way as a line, or how it ended. */
export function stepLines({ status, steps, stepsDone, error }: RunResource): readonly string[] {
  const done = `${stepsDone} ${stepsDone === 1 ? 'step' : 'steps'} done`;
  if (status === 'done') return [done];
  const where = steps.map(({ name, verb, line, action }) => `line ${line}: ${name ?? verb}${actionText(action)}`);
  return [...where, error === null ? done : `${done} · ${error.detail}`];
}

function actionText(action: RunResource['steps'][number]['action']): string {
  const parts = Object.entries(action ?? {}).filter(([key]) => key !== 'do');
  return parts.length === 0 ? '' : ` (${parts.map(([key, value]) => `${key} ${textOf(value)}`).join(', ')})`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
