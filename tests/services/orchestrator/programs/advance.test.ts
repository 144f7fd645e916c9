import { describe, expect, test } from 'vitest';
import { exactly, type Value } from '../../../../config/expressions/index.ts';
import { advance } from '../../../../services/orchestrator/programs/domain/advance.ts';
import { argumentsOf } from '../../../../services/orchestrator/programs/domain/parameters.ts';
import { readProgram } from '../../../../services/orchestrator/programs/domain/read-program.ts';
import {
  startOf,
  type RunEffect,
  type RunEvent,
  type RunState,
} from '../../../../services/orchestrator/programs/domain/run-state.ts';
import { libraryOf, site } from './program-texts.ts';

interface Trial {
  readonly effects: RunEffect[];
  readonly readings: Map<string, Value>;
  run: RunState;
  nowMs: number;
  take(event: RunEvent): void;
  /** Ends what is being done at the drives, one after the other, until nothing is. */
  finish(most?: number): void;
  /** What drives were asked, as `left 100`. */
  asked(): readonly string[];
}

function begin(
  text: string,
  given: Record<string, number | boolean> = {},
  others: Readonly<Record<string, string>> = {},
): Trial {
  const answer = readProgram('trial', text, { site, library: libraryOf(others) });
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  const { instructions, document } = answer.program;
  const values = argumentsOf(document, given);
  if (!values.ok) throw new Error(JSON.stringify(values.errors));
  let ids = 0;
  const trial: Trial = {
    effects: [],
    readings: new Map(),
    run: startOf({ ...values.parameters, ...values.variables }),
    nowMs: 0,
    take(event) {
      const reading = (drive: string, word: string): Value => trial.readings.get(`${drive}.${word}`) ?? null;
      const before = JSON.stringify(trial.run);
      const { run, effects } = advance(trial.run, event, {
        instructions,
        nowMs: trial.nowMs,
        reading,
        newId: () => `id-${(ids += 1)}`,
      });
      expect(JSON.stringify(trial.run)).toBe(before);
      trial.run = JSON.parse(JSON.stringify(run)) as RunState;
      trial.effects.push(...effects);
    },
    finish(most = Infinity) {
      for (let ended = 0; ended < most; ended += 1) {
        const doing = trial.run.threads.find((thread) => thread.doing !== null)?.doing;
        if (doing == null) return;
        trial.take({ kind: 'ended', id: doing.id, outcome: { ok: true } });
      }
    },
    asked: () =>
      trial.effects.flatMap((effect) => {
        if (effect.kind === 'log') return [`log ${effect.text}`];
        const { action } = effect;
        if (action.do === 'move') return [`${effect.kind} ${action.drive} ${action.position}`];
        return [`${effect.kind} ${action.do}`];
      }),
  };
  return trial;
}

/** Two branches; the first may go on after an error. */
const branchesThat = (onError: string): string => `steps:
  - parallel:
      - - { move: { drive: left, to: 1 }, onError: ${onError} }
        - log: after
      - - move: { drive: right, to: 2 }
`;

describe('a run', () => {
  test('goes step by step, turn by turn, with parameters, variables and a called program of its own', () => {
    const twice = `parameters: { far: { unit: mm } }
variables: { n: { value: 0 } }
steps:
  - repeat: { times: 2, steps: [{ move: { drive: right, to: far } }, { set: { n: n + 1 } }] }
  - log: "right {n}"
`;
    const trial = begin(
      `parameters: { height: { unit: mm, default: 100 } }
variables: { n: { value: 5 } }
steps:
  - move: { drive: left, to: height / 2 }
  - call: { program: twice, with: { far: height } }
  - group-move: { group: both, to: { left: 0, right: 0 } }
  - log: "n is {n}, left at {left.position}"
`,
      {},
      { twice },
    );
    trial.take({ kind: 'go' });
    trial.finish();

    expect(trial.asked()).toEqual([
      'perform left 50',
      'perform right 100',
      'perform right 100',
      'log right 2',
      'perform group-move',
      'log n is 5, left at (unknown)',
    ]);
    expect(trial.run).toMatchObject({ status: 'done', threads: [] });
  });

  test('asks for nothing before what went before has ended', () => {
    const trial = begin('steps: [{ move: { drive: left, to: 1 } }, { move: { drive: left, to: 2 } }]\n');
    trial.take({ kind: 'go' });
    trial.take({ kind: 'look' });
    trial.take({ kind: 'ended', id: 'another', outcome: { ok: true } });

    expect(trial.asked()).toEqual(['perform left 1']);
    trial.finish(1);
    expect(trial.asked()).toEqual(['perform left 1', 'perform left 2']);
  });

  test('runs branches beside each other and goes on when all have ended', () => {
    const trial = begin(`steps:
  - parallel:
      - - move: { drive: left, to: 1 }
        - move: { drive: left, to: 2 }
      - - move: { drive: right, to: 3 }
  - move: { drive: left, to: 9 }
`);
    trial.take({ kind: 'go' });
    expect(trial.asked()).toEqual(['perform left 1', 'perform right 3']);
    trial.finish(1);
    trial.finish(1);
    expect(trial.asked()).not.toContain('perform left 9');
    trial.finish();
    expect(trial.asked()).toEqual(['perform left 1', 'perform right 3', 'perform left 2', 'perform left 9']);
    expect(trial.run.status).toBe('done');
  });

  test('waits its time, and for a condition until its time is over', () => {
    const trial = begin(`steps:
  - wait: 500
  - wait-for: left.position > 50
    timeoutMs: 1000
  - log: there
`);
    trial.take({ kind: 'go' });
    trial.nowMs = 499;
    trial.take({ kind: 'look' });
    expect(trial.run.threads[0]?.at).toBe(0);
    trial.nowMs = 500;
    trial.take({ kind: 'look' });
    trial.readings.set('left.position', exactly(60));
    trial.take({ kind: 'look' });
    expect(trial.run.status).toBe('done');
  });

  test('does not go on over a condition that is not known', () => {
    const trial = begin('steps: [{ wait-for: not (left.position > 50), timeoutMs: 1000 }]\n');
    trial.take({ kind: 'go' });
    trial.nowMs = 1000;
    trial.take({ kind: 'look' });

    expect(trial.run).toMatchObject({ status: 'failed', error: { code: 'stepTimeout', at: 0 } });
  });

  test('moves by a distance from where the drive is, and not at all when that is not known', () => {
    const by = 'steps: [{ move: { drive: left, by: -5 } }]\n';
    const blind = begin(by);
    blind.take({ kind: 'go' });
    expect(blind.run).toMatchObject({ status: 'failed', error: { code: 'unknownReading' } });
    expect(blind.effects).toEqual([]);

    const seeing = begin(by);
    seeing.readings.set('left.position', exactly(30));
    seeing.take({ kind: 'go' });
    expect(seeing.asked()).toEqual(['perform left 25']);
  });

  test('that is paused halts what moves, and begins the same step anew with the same target', () => {
    const trial = begin('steps: [{ move: { drive: left, by: -5 } }, { log: end }]\n');
    trial.readings.set('left.position', exactly(30));
    trial.take({ kind: 'go' });
    trial.take({ kind: 'pause' });
    expect(trial.run.status).toBe('paused');
    trial.readings.set('left.position', exactly(27));
    trial.take({ kind: 'ended', id: 'id-1', outcome: { ok: false, code: 'superseded', detail: 'halt' } });
    trial.take({ kind: 'go' });

    expect(trial.asked()).toEqual(['perform left 25', 'cancel left 25', 'perform left 25']);
  });

  test('goes one step at a time when told so', () => {
    const trial = begin('steps: [{ log: a }, { move: { drive: left, to: 1 } }, { log: b }]\n');
    trial.take({ kind: 'step' });
    expect([trial.asked(), trial.run.status]).toEqual([['log a'], 'paused']);
    trial.take({ kind: 'step' });
    expect(trial.run.status).toBe('running');
    trial.finish();
    expect(trial.run.status).toBe('paused');
    trial.take({ kind: 'step' });
    expect([trial.asked().at(-1), trial.run.status]).toEqual(['log b', 'done']);
  });

  test('that fails halts its other branches; a step may say that it goes on', () => {
    const fail: RunEvent = { kind: 'ended', id: 'id-1', outcome: { ok: false, code: 'fault', detail: 'broken' } };
    const stern = begin(branchesThat('fail'));
    stern.take({ kind: 'go' });
    stern.take(fail);
    expect(stern.run).toMatchObject({ status: 'failed', error: { code: 'fault', detail: 'broken' } });
    expect(stern.asked().at(-1)).toBe('cancel right 2');

    const lenient = begin(branchesThat('continue'));
    lenient.take({ kind: 'go' });
    lenient.take(fail);
    expect(lenient.run.status).toBe('running');
    expect(lenient.asked().at(-1)).toBe('log after');
  });

  test('that is aborted halts everything and does nothing more, whatever comes', () => {
    const trial = begin('steps: [{ move: { drive: left, to: 1 } }, { move: { drive: left, to: 2 } }]\n');
    trial.take({ kind: 'go' });
    trial.take({ kind: 'abort', why: 'stop-all' });
    trial.take({ kind: 'ended', id: 'id-1', outcome: { ok: true } });
    trial.take({ kind: 'go' });

    expect(trial.asked()).toEqual(['perform left 1', 'cancel left 1']);
    expect(trial.run).toMatchObject({ status: 'aborted', error: { detail: 'stop-all' } });
  });

  test('that would spin without waiting fails instead of keeping everything else from running', () => {
    const trial = begin('steps: [{ repeat: { times: 1000000, steps: [] } }]\n');
    trial.take({ kind: 'go' });
    expect(trial.run).toMatchObject({ status: 'failed', error: { code: 'endless' } });
  });

  test('fails when a condition of turns still holds after the greatest number of them', () => {
    const trial = begin(
      'steps: [{ repeat: { while: "true", atMost: 3, steps: [{ move: { drive: left, to: 1 } }] } }]\n',
    );
    trial.take({ kind: 'go' });
    trial.finish();
    expect(trial.asked()).toHaveLength(3);
    expect(trial.run).toMatchObject({ status: 'failed', error: { code: 'turnsExhausted' } });
  });
});

test('a run cut off at every boundary of 50 steps stands at that step, and ends as it would have', () => {
  const steps = Array.from(
    { length: 50 },
    (_, index) => `  - move: { drive: ${index % 2 === 0 ? 'left' : 'right'}, to: ${index + 1} }\n`,
  );
  for (let cutAt = 0; cutAt < 50; cutAt += 1) {
    const trial = begin(`steps:\n${steps.join('')}`);
    trial.take({ kind: 'go' });
    trial.finish(cutAt);
    const before = trial.asked().length;
    trial.take({ kind: 'cut-off' });
    expect(trial.run).toMatchObject({ status: 'interrupted', stepsDone: cutAt });
    expect(trial.run.threads[0]).toMatchObject({
      at: cutAt,
      doing: null,
      pending: { do: 'move', position: cutAt + 1 },
    });
    trial.take({ kind: 'look' });
    expect(
      trial
        .asked()
        .slice(before)
        .filter((what) => what.startsWith('perform')),
    ).toEqual([]);

    trial.take({ kind: 'go' });
    trial.finish();
    expect(trial.run.status).toBe('done');
    expect(trial.asked().at(-1)).toBe('perform right 50');
  }
});
