import { describe, expect, test } from 'vitest';
import { Counts } from '../../../../drivers/base/index.ts';
import type { DriveSample, DriveState } from '../../../../drivers/drive/index.ts';
import {
  atStart,
  judge,
  stallMsOf,
  type Expectation,
  type Verdict,
} from '../../../../services/device/domain/completion.ts';

const state: DriveState = {
  power: 'enabled',
  position: Counts(1000),
  velocity: 0,
  followingError: Counts(0),
  torque: 0,
  temperature: 30,
  supplyVoltage: 24,
  moving: false,
  targetReached: true,
  setpointCounter: 5,
  homing: 'idle',
  referenced: true,
  internalLimit: false,
  limits: { negative: false, positive: false, home: false },
  fault: null,
  warning: false,
  bootCounter: 1,
};
const move: Expectation = {
  kind: 'move',
  target: Counts(1000),
  toleranceCounts: 10,
  acknowledgedAtMs: 100,
  setpointCounter: 5,
  deadlineMs: 5000,
  stallMs: null,
};

/** Reads one after the other, 20 ms apart, the first just after the acknowledge; the last verdict. */
function after(expected: Expectation, reads: readonly Partial<DriveState>[], fromMs = 120): Verdict {
  let verdict: Verdict = { kind: 'running', progress: atStart };
  for (const [index, read] of reads.entries()) {
    if (verdict.kind !== 'running') break;
    const atMs = fromMs + 20 * index;
    const sample: DriveSample = {
      state: { ...state, ...read },
      sampledAtMs: atMs,
      sampledAtUnixMs: atMs,
      number: index,
    };
    verdict = judge(expected, verdict.progress, sample);
  }
  return verdict;
}
const moving = { moving: true, position: Counts(500), targetReached: false };
const times = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

describe('a move is done', () => {
  test('after two readings at rest inside the tolerance, not after one', () => {
    expect(after(move, [{}]).kind).toBe('running');
    expect(after(move, [{}, {}]).kind).toBe('done');
    expect(after(move, [moving, { position: Counts(1010) }, { position: Counts(990) }]).kind).toBe('done');
  });

  test('never by a reading older than the acknowledge of its own set-point, whatever bits still stand', () => {
    expect(after(move, times(5, {}), 0).kind).toBe('running');
  });

  test('not while the drive says that it has not arrived', () => {
    expect(after(move, times(50, { targetReached: false })).kind).toBe('running');
  });

  test('on a drive that has no word for having arrived, by position and rest', () => {
    expect(after(move, [{ targetReached: null }, { targetReached: null }]).kind).toBe('done');
  });
});

describe('a move has failed', () => {
  const cases: [string, Partial<DriveState>[], string][] = [
    ['by a fault', [moving, { power: 'fault' }], 'fault'],
    ['when the drive left its enabled state', [moving, { power: 'ready' }], 'unexpectedStop'],
    ['when somebody else gave the drive a set-point', [moving, { ...moving, setpointCounter: 6 }], 'unexpectedMotion'],
    [
      'when it rests on the way',
      [moving, ...times(10, { position: Counts(500), targetReached: false })],
      'unexpectedStop',
    ],
    [
      'when it rests at a limit switch',
      [moving, ...times(10, { position: Counts(500), limits: { ...state.limits, positive: true } })],
      'hardLimitActive',
    ],
    ['when it says arrived where it is not', [moving, ...times(10, { position: Counts(500) })], 'targetNotReached'],
    ['when its time is over', times(300, moving), 'targetNotReached'],
  ];
  test.each(cases)('%s', (_what, reads, code) => {
    expect(after(move, reads)).toMatchObject({ kind: 'failed', code });
  });

  test('but not while it turns round: a few readings at rest on the way are none', () => {
    expect(after(move, [moving, ...times(9, { position: Counts(500), targetReached: false }), moving]).kind).toBe(
      'running',
    );
  });

  test('and not by a reading that comes too late from an axis that rests at its target: the next one proves it', () => {
    const late = { ...move, deadlineMs: 130 };

    expect(after(late, [{ moving: true, position: Counts(990) }, {}]).kind).toBe('running');
    expect(after(late, [{ moving: true, position: Counts(990) }, {}, {}]).kind).toBe('done');
    expect(after(late, [moving, { position: Counts(980) }])).toMatchObject({ code: 'targetNotReached' });
  });

  test('and not while it has not begun to move yet', () => {
    expect(after(move, times(50, { position: Counts(0), targetReached: true })).kind).toBe('running');
  });
});

describe('homing', () => {
  const home: Expectation = { ...move, kind: 'home', target: null };

  test('is done at rest when the drive says attained, and failed when it says error', () => {
    expect(after(home, [{ homing: 'running', moving: true }, { homing: 'attained' }]).kind).toBe('running');
    expect(after(home, [{ homing: 'attained' }, { homing: 'attained' }]).kind).toBe('done');
    expect(after(home, [{ homing: 'error' }])).toMatchObject({ code: 'homingFailed' });
    expect(after({ ...home, deadlineMs: 200 }, times(10, { homing: 'running' }))).toMatchObject({
      code: 'homingTimeout',
    });
  });
});

describe('a shaft is stalled', () => {
  const watched = { ...move, stallMs: 1000 };
  const pushing = { moving: false, position: Counts(500), targetReached: false, followingError: Counts(300) };

  test('when the drive runs and every reading shows the same place, for longer than a slow start takes', () => {
    expect(after(watched, times(50, moving)).kind).toBe('running');
    expect(after(watched, times(60, moving))).toMatchObject({ kind: 'failed', code: 'stalled' });
    expect(after(move, times(60, moving)).kind).toBe('running');
  });

  test('but not as long as it creeps, or where no position is read', () => {
    const creeping = times(200, moving).map((read, index) => ({
      ...read,
      position: Counts(500 + Math.floor(index / 40)),
    }));
    expect(after(watched, creeping).kind).toBe('running');
    expect(after(watched, times(200, { ...moving, position: null })).kind).toBe('running');
  });

  test('when it stands on its way and the drive still drives it elsewhere; without that the drive has stopped by itself', () => {
    expect(after(move, [moving, ...times(10, pushing)])).toMatchObject({ kind: 'failed', code: 'stalled' });
    const idle = { ...pushing, followingError: Counts(0) };
    expect(after(move, [moving, ...times(10, idle)])).toMatchObject({ kind: 'failed', code: 'unexpectedStop' });
  });

  test('not when it stands at a limit of the drive: that is called by its name', () => {
    const atLimit = { ...pushing, internalLimit: true };
    expect(after(move, [moving, ...times(10, atLimit)])).toMatchObject({ kind: 'failed', code: 'softLimit' });
  });

  test('not before a slow motion can have shown its first steps', () => {
    expect(stallMsOf({ velocity: 1, acceleration: 2 }, 1)).toBe(2000 + 5000 + 500);
    expect(stallMsOf({ velocity: 500_000, acceleration: 2_000_000 }, 1)).toBeCloseTo(2250, 0);
  });
});
