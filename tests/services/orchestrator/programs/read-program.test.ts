import { describe, expect, test } from 'vitest';
import { readProgram } from '../../../../services/orchestrator/programs/domain/read-program.ts';
import { libraryOf, site } from './program-texts.ts';

const problemsOf = (text: string, others: Readonly<Record<string, string>> = {}): readonly string[] => {
  const answer = readProgram('trial', text, { site, library: libraryOf(others) });
  return answer.ok
    ? []
    : answer.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
};

const RIGHT = `program: trial
title: Up and down
parameters:
  height: { unit: mm, default: 100, min: 0, max: 400 }
  cycles: { default: 3 }
variables:
  count: { value: 0 }
steps:
  - home: { group: both }
  - repeat:
      times: cycles
      steps:
        - name: up
          move: { drive: left, to: height, velocity: 20 }
          timeoutMs: 20000
        - group-move: { group: both, to: { left: 0, right: "height / 2" } }
        - wait-for: left.inPosition and not right.moving
          timeoutMs: 5000
        - set: { count: count + 1 }
  - parallel:
      - - move: { drive: left, by: -5 }
      - - wait: 500
        - log: at {right.position} mm after {count} turns
  - repeat: { while: left.position > 10, atMost: 5, steps: [{ move: { drive: left, by: -1 } }] }
  - stop: { drive: left }
    onError: continue
`;

test('a right program has nothing against it, written as YAML or as JSON', () => {
  expect(problemsOf(RIGHT)).toEqual([]);
  expect(problemsOf('{"steps": [{"move": {"drive": "left", "to": 5}}]}')).toEqual([]);
});

describe('a wrong program', () => {
  test('says everything at once, each with its place, what was found and what was expected', () => {
    const wrong = `program: other
parameters:
  height: { unit: cm }
steps:
  - move: { drive: lft, to: 5 }
  - move: { drive: left, to: 500, velocity: 60 }
  - move: { drive: left }
  - group-move: { group: both, to: { left: 1, turntable: 2 } }
  - wait-for: left.position > right.velocity
  - set: { count: 1 }
  - repeat: { while: left.moving, steps: [] }
  - log: at {left.positon}
  - call: { program: nowhere }
  - stop: {}
`;
    expect(problemsOf(wrong)).toEqual([
      '1:10 program: is "other"; expected "trial", the name it is stored under',
      expect.stringMatching(/^3:19 parameters.height.unit: unknown unit "cm"; expected one of mm, deg/),
      '5:20 steps.0.move.drive: unknown drive "lft"; expected one of left, right, turntable',
      '6:30 steps.1.move.to: found 500, expected a number in mm, 0 to 400',
      '6:45 steps.1.move.velocity: found 60, expected a number in mm/s, above 0 and at most 50',
      '7:11 steps.2.move: expected one of "to" and "by"',
      '8:58 steps.3.group-move.to.turntable: "turntable" is not in group both; expected left, right',
      expect.stringMatching(/^9:5 steps.4: wait-for has no end; expected timeoutMs beside it/),
      expect.stringMatching(/^9:15 steps.4.wait-for: a number in mm and a number in mm\/s cannot be compared/),
      '10:19 steps.5.set.count: unknown variable "count"; expected one of (this program declares none)',
      '11:13 steps.6.repeat: "while" may never end; expected atMost beside it',
      expect.stringMatching(/^12:10 steps.7.log: unknown reading "positon"; did you mean "position"/),
      '13:22 steps.8.call.program: there is no program "nowhere"; store it first',
      '14:11 steps.9.stop: expected one of "drive" and "group"',
    ]);
  });

  test('whose shape is wrong says what each thing should have been', () => {
    const wrong = `steps:
  - mov: { drive: left, to: 5 }
  - move: { drive: left, to: [1] }
  - { move: { drive: left, to: 1 }, wait: 5 }
  - log: 5
`;
    expect(problemsOf(wrong)).toEqual([
      expect.stringMatching(/^2:5 steps.0.mov: unknown key; did you mean "move"\?/),
      expect.stringMatching(/^2:5 steps.0: expected exactly one of move, group-move/),
      '3:30 steps.1.move.to: found the list [1], expected a number, or an expression as "lift.position + 10"',
      expect.stringMatching(/^4:5 steps.2: expected exactly one of/),
      '5:10 steps.3.log: found the number 5, expected a text; {expressions} in braces are filled in',
    ]);
  });

  test('that is no YAML at all says where', () => {
    expect(problemsOf('steps: [\n').join()).toContain('2:1');
  });

  test('cannot call itself, directly or through another', () => {
    const other = 'steps:\n  - call: { program: trial }\n';
    const found = problemsOf('steps:\n  - call: { program: other }\n', { other, trial: other });
    expect(found.join()).toContain('would never end');
  });

  test('calls with the parameters that the other has, in their units', () => {
    const grip = 'parameters:\n  force: { unit: "%" }\n  slow: { default: false }\nsteps: []\n';
    const call = (given: string): readonly string[] =>
      problemsOf(`steps:\n  - call: { program: grip, with: ${given} }\n`, { grip });

    expect(call('{ force: 30, slow: true }')).toEqual([]);
    expect(call('{ force: left.torque }')).toEqual([]);
    expect(call('{}').join()).toContain('parameter "force" is missing; expected it under "with"');
    expect(call('{ force: left.position }').join()).toContain('gives a number in mm; expected a number in %');
    expect(call('{ force: 1, fast: 1 }').join()).toContain('unknown parameter "fast"; expected one of force, slow');
  });
});
