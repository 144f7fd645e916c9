import { describe, expect, test } from 'vitest';
import type { RunResource } from '../../../../services/contracts/index.ts';
import { hearOpenRuns, hearRun } from '../../../../services/dashboard/src/store/programs.ts';
import { createStore } from '../../../../services/dashboard/src/store/store.ts';
import { parameterHint, readParameters } from '../../../../services/dashboard/src/view/given-parameters.ts';
import { runPermissions } from '../../../../services/dashboard/src/view/run-permissions.ts';
import { runWord, stepLines } from '../../../../services/dashboard/src/view/run-word.ts';

const aRun = (changes: Partial<RunResource> = {}): RunResource => ({
  run: '6f1b2c3d-0000-4000-8000-000000000001',
  program: 'airing',
  version: 1,
  status: 'running',
  parameters: {},
  variables: {},
  steps: [
    { program: 'airing', path: 'steps.1', line: 4, name: null, verb: 'move', action: { do: 'move', drive: 'curtain' } },
  ],
  stepsDone: 1,
  startedAt: '2026-11-26T10:00:00.000Z',
  startedBy: null,
  endedAt: null,
  error: null,
  interruption: null,
  log: [],
  seq: 5,
  ...changes,
});

describe('the run of a program', () => {
  test('says where it is, and how it ended', () => {
    expect(runWord(aRun(), true).word).toBe('Running');
    expect(stepLines(aRun())).toEqual(['line 4: move (drive curtain)', '1 step done']);
    expect(stepLines(aRun({ status: 'done', stepsDone: 3 }))).toEqual(['3 steps done']);
    const error = { code: 'softLimit', detail: 'beyond 100 %', step: null };
    expect(stepLines(aRun({ status: 'failed', steps: [], error }))).toEqual(['1 step done · beyond 100 %']);
  });

  test('is not known while the server is out of reach, and nothing may be done with it', () => {
    expect(runWord(aRun(), false).word).toBe('Unknown');
    expect(Object.values(runPermissions(aRun(), false)).some(({ allowed }) => allowed)).toBe(false);
  });

  test.each([
    [null, ['start']],
    ['running', ['pause', 'abort']],
    ['paused', ['resume', 'step', 'abort']],
    ['interrupted', ['resume', 'step', 'abort']],
    ['done', ['start']],
    ['aborted', ['start']],
  ] as const)('%s: %j may be pressed', (status, allowed) => {
    const permissions = runPermissions(status === null ? null : aRun({ status }), true);

    expect(Object.entries(permissions).flatMap(([word, may]) => (may.allowed ? [word] : []))).toEqual(allowed);
  });

  test('is the newest word of the newest run, whatever order they come in', () => {
    const store = createStore();
    hearRun(store, aRun({ seq: 7, status: 'paused' }));
    hearRun(store, aRun({ seq: 6 }));
    expect(store.runs.value.get('airing')?.status).toBe('paused');

    const later = { run: '6f1b2c3d-0000-4000-8000-000000000002', startedAt: '2026-11-26T10:05:00.000Z', seq: 1 };
    hearRun(store, aRun(later));
    hearRun(store, aRun({ seq: 8, status: 'aborted' }));
    expect(store.runs.value.get('airing')).toMatchObject({ run: later.run, status: 'running' });
  });

  test('that ended unseen is not shown as running after the connection is back', () => {
    const store = createStore();
    hearRun(store, aRun());
    hearOpenRuns(store, []);
    expect(store.runs.value.get('airing')).toBeUndefined();
  });
});

describe('parameters typed on the page', () => {
  const parameters = { open: { unit: '%', default: 80, min: 0, max: 100 }, twice: { kind: 'boolean' as const } };

  test('are left to the program where a field is empty', () => {
    expect(readParameters(parameters, new Map([['twice', 'true']]))).toEqual({ ok: true, value: { twice: true } });
    expect(readParameters(parameters, new Map())).toEqual({ ok: false, because: 'twice: Fill it in' });
  });

  test('are held to their limits', () => {
    const typed = new Map([
      ['open', '120'],
      ['twice', 'false'],
    ]);
    expect(readParameters(parameters, typed)).toEqual({ ok: false, because: 'open: From 0 to 100 %' });
  });

  test('hint at what an empty field stands for', () => {
    expect(parameterHint(parameters.open)).toBe('80');
    expect(parameterHint({ min: 0, max: 9 })).toBe('0 … 9');
  });
});
