import { describe, expect, test } from 'vitest';
import { toParameter } from '../../../services/cli/given-parameters.ts';
import { dryRunLines, programTable, runTable, runWords } from '../../../services/cli/run-words.ts';
import type { RunResource } from '../../../services/contracts/index.ts';

const running: RunResource = {
  run: '6f1b2c3d-0000-4000-8000-000000000001',
  program: 'airing',
  version: 2,
  status: 'running',
  parameters: { open: 60 },
  variables: {},
  steps: [
    {
      program: 'airing',
      path: 'steps.1',
      line: 4,
      name: null,
      verb: 'move',
      action: { do: 'move', drive: 'curtain', position: 60 },
    },
  ],
  stepsDone: 1,
  startedAt: '2026-11-26T10:00:00.000Z',
  startedBy: 'operator',
  endedAt: null,
  error: null,
  interruption: null,
  log: [],
  seq: 3,
};

describe('a run as a line', () => {
  test('says where it stands', () => {
    expect(runWords(running)).toBe('airing running at steps.1 move drive curtain, position 60, 1 steps done');
  });

  test('says why it failed, and no step once it is done', () => {
    const error = { code: 'softLimit', detail: 'curtain: beyond 100 %', step: null };

    expect(runWords({ ...running, status: 'failed', steps: [], error })).toBe(
      'airing failed, 1 steps done: curtain: beyond 100 % (softLimit)',
    );
    expect(runWords({ ...running, status: 'done', stepsDone: 3 })).toBe('airing done, 3 steps done');
  });

  test('stands in a table under titles', () => {
    expect(runTable([running])).toEqual([
      'run                                   program  status   done  started                   at',
      '6f1b2c3d-0000-4000-8000-000000000001  airing   running  1     2026-11-26T10:00:00.000Z  steps.1',
    ]);
  });
});

test('a program shows its parameters with what they are when nobody says', () => {
  const program = {
    program: 'airing',
    version: 2,
    title: 'Air the room',
    parameters: { open: { unit: '%', default: 80 }, twice: { kind: 'boolean' as const } },
    savedAt: '2026-11-26T10:00:00.000Z',
    savedBy: null,
  };

  expect(programTable([program])[1]).toBe('airing   2        2026-11-26T10:00:00.000Z  open=80 % twice  Air the room');
});

test('a dry run says what it would break, where and why', () => {
  const report = {
    ok: false,
    durationMs: 1234,
    stepsDone: 1,
    violations: [{ step: running.steps[0]!, code: 'softLimit', detail: 'beyond 100 %' }],
    unforeseen: [],
    positions: [{ drive: 'curtain', position: null }],
  };

  expect(dryRunLines(report)).toEqual([
    'would NOT come to its end: 1 steps, 1.2 s',
    'breaks: steps.1 move drive curtain, position 60: beyond 100 % (softLimit)',
    'at its end: curtain at an unknown place',
  ]);
});

describe('parameters of a program', () => {
  test('are numbers and truths, each once', () => {
    expect(toParameter('fast=true', toParameter('height=-6.5'))).toEqual({ height: -6.5, fast: true });
    expect(() => toParameter('height=1', { height: 2 })).toThrow('height is given twice');
  });

  test.each(['height', 'height=', 'height=high', '=3'])('are not "%s"', (text) => {
    expect(() => toParameter(text)).toThrow('expected');
  });
});
