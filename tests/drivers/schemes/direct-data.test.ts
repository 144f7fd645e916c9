import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { planWrites, shippedProfile, type Profile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Step } from '../../../drivers/schemes/index.ts';
import { az } from '../../support/az-profile.ts';
import { frames, framesOf, holds, planOf, story } from './stories.ts';

const profile = shippedProfile('oriental-blvr-az');
const scheme = schemeOf(profile);

const SERVO_ON = 1 << 0;
const READY = 1 << 3;
const COORDINATES = 1 << 4;
const ALARM = 1 << 7;
const IN_POSITION = 1 << 9;
const HOME_READY = 1 << 10;
const MOVING = 1 << 13;

const atRest: Signals = {
  statusword: SERVO_ON | READY | COORDINATES | IN_POSITION | HOME_READY,
  errorCode: 0,
  demandPosition: 700,
  actualPosition: 699,
  actualVelocity: 0,
  inputCommand: 1,
  targetMonitor: 700,
  targetVelocityMonitor: 0,
  absoluteWithoutHome: 0,
};
const disabled: Signals = { ...atRest, statusword: 0, inputCommand: 0 };
const moving: Signals = {
  ...atRest,
  statusword: SERVO_ON | READY | COORDINATES | MOVING,
  actualVelocity: 20_000,
  targetMonitor: 90_000,
  targetVelocityMonitor: 20_000,
};
const faulted: Signals = { ...atRest, statusword: ALARM | COORDINATES, errorCode: 0x30 };

const setpoint = { target: Counts(50_000), velocity: 100_000, acceleration: 500_000, deceleration: 400_000 };
const moveTo: DriveIntent = { kind: 'moveTo', ...setpoint };
const turn: DriveIntent = { kind: 'moveVelocity', velocity: -50_000, acceleration: 500_000, deceleration: 400_000 };
const home: DriveIntent = {
  kind: 'home',
  method: 28,
  position: Counts(500),
  fast: 60_000,
  slow: 12_000,
  acceleration: 120_000,
};

const AZ_READY = 1 << 5;

const stateOf = (signals: Signals) => scheme.toDriveState(signals, profile);
function stepsOf(intent: DriveIntent, now: Signals = atRest, of: Profile = profile): readonly Step[] {
  const plan = planOf(of, intent, now);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}
function triggerOf(steps: readonly Step[]): Extract<Step, { do: 'trigger' }> {
  const [trigger, ...more] = steps.filter((step) => step.do === 'trigger');
  expect(more).toEqual([]);
  return trigger!;
}
const waitOf = (step: Step | undefined): Extract<Step, { do: 'await' }> => {
  if (step?.do !== 'await') throw new Error('nothing is awaited');
  return step;
};

describe('a move', () => {
  test('is one block, read back, then one trigger of two words, and its start is awaited', () => {
    expect(story(stepsOf(moveTo)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'write profileVelocity',
      'verify profileVelocity',
      'trigger directDataTrigger',
      'await the',
    ]);
    expect(framesOf(profile, stepsOf(moveTo))).toEqual([
      // absolute, 50 000 steps, steps/s, steps/s^2 up and down, torque limit 1000.0 %
      { address: 0x5a, words: [0, 1, 0, 50_000, 1, 34_464, 7, 41_248, 6, 6784, 0, 10_000], functionCode: 16 },
      // no lifetime; starts in steps whatever units are set in the drive
      { address: 0x66, words: [0, 10], functionCode: 16 },
    ]);
  });

  test('never reads or writes one word of a pair alone', () => {
    const all = [moveTo, turn, home, { kind: 'setPosition', position: Counts(-5) }] satisfies DriveIntent[];
    for (const intent of all) {
      for (const { address, words } of frames(profile, stepsOf(intent))) {
        expect([address % 2, words.length % 2]).toEqual([0, 0]);
      }
    }
  });

  test('whose answer was lost is proved by what did not hold before, and disproved by the target of the one before', () => {
    const cases: readonly (readonly [before: Signals, after: Signals])[] = [
      [atRest, { ...atRest, statusword: SERVO_ON | READY | COORDINATES | MOVING }],
      // over before the first reading
      [atRest, { ...atRest, targetMonitor: 50_000, demandPosition: 50_000 }],
      [moving, { ...moving, targetMonitor: 50_000 }],
      [moving, { ...moving, targetVelocityMonitor: 100_000 }],
    ];
    for (const [before, after] of cases) {
      const { proof, disproof } = triggerOf(stepsOf(moveTo, before));
      expect(proof.some((condition) => holds(before, condition))).toBe(false);
      expect(proof.some((condition) => holds(after, condition))).toBe(true);
      expect(disproof!.some((condition) => holds(before, condition))).toBe(true);
    }
  });

  test('to the target that is shown already has no disproof: nothing tells it from the one before', () => {
    expect(triggerOf(stepsOf(moveTo, { ...moving, targetMonitor: 50_000 })).disproof).toEqual([]);
  });

  test('to where the drive is already is sent, and nothing is awaited', () => {
    const there = { ...atRest, demandPosition: 50_000, actualPosition: 50_000, targetMonitor: 50_000 };
    expect(stepsOf(moveTo, there).at(-1)!.do).toBe('trigger');
  });

  test('of a drive without coordinates is refused before it answers with alarm 4Ah, unless it permits that', () => {
    const lost = { ...atRest, statusword: SERVO_ON | READY };
    expect(planOf(profile, moveTo, lost)).toMatchObject({ ok: false, reason: 'wrong-state' });
    expect(planOf(profile, moveTo, { ...lost, absoluteWithoutHome: 1 }).ok).toBe(true);
    expect(planOf(profile, turn, lost).ok).toBe(true);
  });

  test('of a drive that is not ready is refused: it would ignore the trigger', () => {
    const held = { ...atRest, statusword: SERVO_ON | COORDINATES };
    expect(planOf(profile, moveTo, held)).toMatchObject({ ok: false, reason: 'wrong-state' });
  });

  test('lets go of an input that holds the drive, and waits until it is ready', () => {
    const stopped = { ...atRest, statusword: SERVO_ON | COORDINATES, inputCommand: 0x21 };
    expect(story(stepsOf(moveTo, stopped)).slice(0, 2)).toEqual([
      'command inputCommand 1',
      'await the drive to be ready for direct data',
    ]);
  });

  test.each([
    ['without power', disabled, 'wrong-state'],
    ['in fault', faulted, 'fault'],
    ['of which nothing was read', {}, 'wrong-state'],
  ] as const)('of a drive %s is refused', (_, now, reason) => {
    expect(planOf(profile, moveTo, now)).toMatchObject({ ok: false, reason });
  });
});

test('a velocity is a continuous operation, signed, without lifetime', () => {
  expect(framesOf(profile, stepsOf(turn))).toEqual([
    { address: 0x5a, words: [0, 16, 0, 699, 0xffff, 15_536, 7, 41_248, 6, 6784, 0, 10_000], functionCode: 16 },
    { address: 0x66, words: [0, 10], functionCode: 16 },
  ]);
});

describe('homing', () => {
  test('is written and read back; HOME rises for it and is lowered once the search shows', () => {
    expect(story(stepsOf(home))).toEqual([
      'write homingMode homingDirection homingRamp homingSpeedFast homingSpeedSlow homeOffset',
      'verify homingMode homingDirection homingRamp homingSpeedFast homingSpeedSlow homeOffset',
      'command inputCommand 1',
      'trigger inputCommand 100001',
      'await homing to start',
      'command inputCommand 1',
    ]);
    expect(framesOf(profile, stepsOf(home)).slice(0, 3)).toEqual([
      // three sensors, negative direction, 500 ms to 100 r/min
      { address: 0x02c0, words: [0, 1, 0, 0, 0, 500], functionCode: 16 },
      { address: 0x02c8, words: [0, 100, 0, 20], functionCode: 16 },
      { address: 0x038c, words: [0, 500], functionCode: 16 },
    ]);
  });

  test('gives the ramp in the unit that is set in the drive', () => {
    const [write] = stepsOf(home, { ...atRest, accelerationUnit: 0 });
    expect(write).toMatchObject({ values: { homingRamp: 200 } });
  });

  test('that goes wrong ends with an alarm; coordinates tell that it went well', () => {
    expect(stateOf({ ...moving, statusword: SERVO_ON | MOVING })).toMatchObject({
      homing: 'running',
      referenced: false,
    });
    expect(stateOf(atRest)).toMatchObject({ homing: 'attained', referenced: true });
    expect(stateOf({ ...atRest, statusword: SERVO_ON | READY })).toMatchObject({ homing: 'idle', referenced: false });
    const begun = waitOf(stepsOf(home).at(-2));
    expect(begun.until.some((condition) => holds(atRest, condition))).toBe(false);
    expect(begun.failIf!.some((condition) => holds(faulted, condition))).toBe(true);
  });

  test('of a moving drive, of one that is not ready for it, with velocities in another unit, is refused', () => {
    expect(planOf(profile, home, moving)).toMatchObject({ reason: 'wrong-state' });
    expect(planOf(profile, home, { ...atRest, statusword: SERVO_ON | READY })).toMatchObject({ reason: 'wrong-state' });
    expect(planOf(profile, home, { ...atRest, velocityUnit: 1 })).toMatchObject({ reason: 'unsupported' });
    expect(planOf(profile, { ...home, method: 17 }, atRest)).toMatchObject({ reason: 'unsupported' });
  });

  test('in place, like setting the position, is the preset to the home offset', () => {
    const setPosition: DriveIntent = { kind: 'setPosition', position: Counts(42) };
    expect(story(stepsOf(setPosition))).toEqual([
      'write homeOffset',
      'verify homeOffset',
      'command positionPreset 0',
      'command positionPreset 1',
      'await the position to be taken',
      'command positionPreset 0',
    ]);
    expect(stepsOf({ ...home, method: 37, position: Counts(42) })).toEqual(stepsOf(setPosition));
  });
});

describe('power and stop', () => {
  test('enabling clears the trigger, gives S-ON an edge and waits until the drive is ready', () => {
    expect(story(stepsOf({ kind: 'enable' }, disabled))).toEqual([
      'command directDataTrigger 0',
      'command inputCommand 0',
      'command inputCommand 1',
      'await the drive to be ready for direct data',
    ]);
    const { until } = waitOf(stepsOf({ kind: 'enable' }, disabled).at(-1));
    expect(until.some((condition) => holds({ statusword: SERVO_ON }, condition))).toBe(false);
    expect(until.some((condition) => holds(atRest, condition))).toBe(true);
  });

  test('disabling comes to rest first', () => {
    expect(story(stepsOf({ kind: 'disable' }))).toEqual(['command inputCommand 0', 'await the power to go off']);
    expect(story(stepsOf({ kind: 'disable' }, moving)).slice(0, 2)).toEqual([
      'command stopCommand 3',
      'await the drive to come to rest',
    ]);
  });

  test('a reset lowers S-ON, gives the reset an edge and lowers it again; it waits for the reaction to end', () => {
    expect(story(stepsOf({ kind: 'resetFault' }, faulted))).toEqual([
      'command inputCommand 0',
      'command alarmReset 0',
      'command alarmReset 1',
      'await the alarm to be reset',
      'command alarmReset 0',
    ]);
    const braking = { ...faulted, statusword: ALARM | MOVING };
    expect(stateOf(braking).power).toBe('fault-reaction');
    expect(planOf(profile, { kind: 'resetFault' }, braking)).toMatchObject({ reason: 'wrong-state' });
    expect(planOf(profile, { kind: 'resetFault' }, { ...faulted, errorCode: 0x20 })).toMatchObject({ reason: 'fault' });
  });

  test('a stop is one command that needs to know nothing, and never touches the inputs', () => {
    for (const now of [{}, atRest, disabled, moving, faulted]) {
      expect(framesOf(profile, stepsOf({ kind: 'quickStop' }, now))).toEqual([
        { address: 0x01be, words: [0, 3], functionCode: 16 },
      ]);
    }
    expect(framesOf(profile, stepsOf({ kind: 'halt' }, moving))).toEqual([
      { address: 0x01be, words: [0, 2], functionCode: 16 },
    ]);
  });
});

describe('what must hold before the first command', () => {
  test('no trigger is left that would start with a parameter; refusals are told; the watchdog watches', () => {
    const steps = scheme.configuration(profile, { watchdogMs: 500, quickStopDeceleration: 1_200_000 });
    expect(framesOf(profile, steps)).toEqual([
      { address: 0x66, words: [0, 0], functionCode: 16 },
      { address: 0x68, words: [0, 0], functionCode: 16 },
      { address: 0x220, words: [0, 0], functionCode: 16 },
      { address: 0x228, words: [0, 1], functionCode: 16 },
      { address: 0xe68, words: [0, 2000], functionCode: 16 },
      { address: 0x138a, words: [0, 500], functionCode: 16 },
      { address: 0x1392, words: [0, 1], functionCode: 16 },
    ]);
    expect(steps.at(-1)).toEqual({ do: 'verify', values: { controlResolution: 36_000 } });
  });

  test('the watchdog is left alone where none is wanted', () => {
    const steps = scheme.configuration(profile, { watchdogMs: null, quickStopDeceleration: 1_200_000 });
    expect(steps.flatMap((step) => (step.do === 'write' ? Object.keys(step.values) : []))).not.toContain(
      'watchdogTimeout',
    );
  });
});

test('nothing stores anything in the drive', () => {
  const all = [moveTo, turn, home, { kind: 'enable' }, { kind: 'disable' }, { kind: 'halt' }] satisfies DriveIntent[];
  const steps = [
    ...all.flatMap((intent) => stepsOf(intent)),
    ...scheme.configuration(profile, { watchdogMs: 500, quickStopDeceleration: 6000 }),
  ];
  expect(frames(profile, steps).some(({ address }) => address === 0x0192)).toBe(false);
});

describe('what the drive shows', () => {
  test('nothing is concluded from nothing', () => {
    expect(stateOf({})).toMatchObject({
      power: 'unknown',
      moving: null,
      targetReached: null,
      referenced: null,
      position: null,
    });
  });

  test('outputs, velocity and following error', () => {
    expect(stateOf(disabled).power).toBe('disabled');
    expect(stateOf(atRest)).toMatchObject({ power: 'enabled', moving: false, targetReached: true, followingError: 1 });
    expect(stateOf(moving)).toMatchObject({ moving: true, targetReached: false, velocity: 20_000 });
    // pushed by hand, without an operation
    expect(stateOf({ ...disabled, actualVelocity: -5000 }).moving).toBe(true);
  });

  test('alarms by their text; an unknown one by its number', () => {
    expect(stateOf(faulted)).toMatchObject({ power: 'fault', fault: { text: 'Overload', resettable: true } });
    expect(stateOf({ ...faulted, errorCode: 0x99 }).fault).toMatchObject({ text: 'Drive alarm 99h' });
  });
});

describe('an AZ, by its profile alone', () => {
  const ready: Signals = {
    statusword: AZ_READY,
    actualPosition: 0,
    demandPosition: 0,
    actualVelocity: 0,
    inputCommand: 0,
  };

  test('has power when it is ready or moves', () => {
    expect(scheme.toDriveState(ready, az)).toMatchObject({ power: 'enabled', referenced: null, homing: 'idle' });
    expect(scheme.toDriveState({ ...ready, statusword: MOVING }, az).power).toBe('enabled');
    expect(scheme.toDriveState({ ...ready, statusword: 0 }, az).power).toBe('disabled');
  });

  test('is moved as in a frame that was sent to one', () => {
    const values = {
      directDataNumber: 0,
      operationType: 1,
      targetPosition: -83_333,
      profileVelocity: 46_667,
      profileAcceleration: 1_000_000,
      profileDeceleration: 1_000_000,
      torqueLimit: 100,
      directDataTrigger: 1,
    };
    expect(planWrites(az, values)).toMatchObject([
      { address: 0x58, words: [0, 0, 0, 1, 65_534, 47_739, 0, 46_667, 15, 16_960, 15, 16_960, 0, 1000, 0, 1] },
    ]);
    const { target, ...ramps } = { target: Counts(-83_333), velocity: 46_667, acceleration: 1e6, deceleration: 1e6 };
    const [block, trigger] = framesOf(az, stepsOf({ kind: 'moveTo', target, ...ramps }, ready, az));
    expect([...block!.words, ...trigger!.words]).toEqual(planWrites(az, values)[0]!.words.slice(2));
  });

  test('may be given the next target while it moves, when it is not ready', () => {
    expect(planOf(az, moveTo, { ...ready, statusword: MOVING }).ok).toBe(true);
  });

  test('is stopped by its STOP input, which the next move lets go', () => {
    expect(framesOf(az, stepsOf({ kind: 'quickStop' }, { ...ready, statusword: MOVING }, az))).toEqual([
      { address: 0x7c, words: [0, 0x20], functionCode: 16 },
    ]);
    const stopped = { ...ready, statusword: MOVING, inputCommand: 0x20 };
    expect(story(stepsOf(moveTo, stopped, az))[0]).toBe('command inputCommand 0');
  });

  test('is enabled without FREE, which would let its load fall', () => {
    expect(story(stepsOf({ kind: 'enable' }, { ...ready, statusword: 0 }, az))).toEqual([
      'command directDataTrigger 0',
      'command inputCommand 0',
      'await the drive to be ready for direct data',
    ]);
  });

  test('loses its power by FREE', () => {
    expect(framesOf(az, stepsOf({ kind: 'disable' }, ready, az))).toEqual([
      { address: 0x7c, words: [0, 0x40], functionCode: 16 },
    ]);
  });
});

test('words in the other order', () => {
  const turned: Profile = { ...profile, wordOrder: 'low-first' };
  expect(framesOf(turned, stepsOf(moveTo, atRest, turned)).at(-1)).toEqual({
    address: 0x66,
    words: [10, 0],
    functionCode: 16,
  });
});
