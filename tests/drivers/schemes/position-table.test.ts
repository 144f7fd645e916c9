import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { planWrites, shippedProfile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Step } from '../../../drivers/schemes/index.ts';
import { frames, framesOf, holds, planOf, story } from './stories.ts';

const profile = shippedProfile('leadshine-pr-rs');
const scheme = schemeOf(profile);

const FAULT = 0x01;
const ENABLED = 0x02;
const RUNNING = 0x04;
const DONE = 0x30;
const HOMED = 0x40;

const atRest: Signals = {
  statusword: ENABLED | DONE,
  pathTrigger: 0x000,
  commandPosition: 700,
  actualPosition: 699,
  errorCode: 0,
};
const disabled: Signals = { ...atRest, statusword: DONE };
const running = (path: number): Signals => ({
  ...atRest,
  statusword: ENABLED | RUNNING,
  pathTrigger: 0x100 + path,
});

const setpoint = { target: Counts(50_000), velocity: 100_000, acceleration: 500_000, deceleration: 400_000 };
const moveTo: DriveIntent = { kind: 'moveTo', ...setpoint };
const turn: DriveIntent = { kind: 'moveVelocity', velocity: -50_000, acceleration: 500_000, deceleration: 400_000 };
const home: DriveIntent = {
  kind: 'home',
  method: 17,
  position: Counts(0),
  fast: 20_000,
  slow: 4000,
  acceleration: 200_000,
};

const stateOf = (signals: Signals) => scheme.toDriveState(signals, profile);
const withAlarm = (errorCode: number) => stateOf({ statusword: FAULT, errorCode });
const stepsOf = (intent: DriveIntent, now: Signals = atRest): readonly Step[] => {
  const plan = planOf(profile, intent, now);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
};
const triggerOf = (steps: readonly Step[]) => {
  const [trigger, ...more] = steps.filter((step) => step.do === 'trigger');
  expect(more).toEqual([]);
  return trigger!;
};

describe('a move', () => {
  test('is written and read back, then started by one frame of one word, and its taking is awaited', () => {
    expect(story(stepsOf(moveTo))).toEqual([
      'write pathMode targetPosition profileVelocity profileAcceleration profileDeceleration pathDwell',
      'verify pathMode targetPosition profileVelocity profileAcceleration profileDeceleration pathDwell',
      'trigger pathTrigger 10',
      'await the path to be taken',
    ]);
    expect(framesOf(profile, stepsOf(moveTo))).toEqual([
      // mode, position high and low, 600 rpm, 333 and 417 ms for 1000 rpm, no dwell; nothing in 6207h, which would start it
      { address: 0x6200, words: [1, 0, 50_000, 600, 333, 417, 0], functionCode: 16 },
      { address: 0x6002, words: [0x10], functionCode: 6 },
    ]);
  });

  test('is absolute and may be interrupted: bits 4 and 6 of the mode are low', () => {
    for (const now of [atRest, running(0), running(1)]) {
      const [write] = frames(profile, stepsOf(moveTo, now));
      expect(write!.words[0]).toBe(1);
    }
  });

  test('leaves the path that runs alone and takes the other one', () => {
    const steps = stepsOf(moveTo, running(0));
    expect(framesOf(profile, steps).map(({ address }) => address)).toEqual([0x6208, 0x6002]);
    expect(triggerOf(steps).values).toEqual({ pathTrigger: 0x11 });
    expect(triggerOf(stepsOf(moveTo, running(1))).values).toEqual({ pathTrigger: 0x10 });
  });

  test('of a drive with one path known takes that path again', () => {
    const { spareMode: _, ...registers } = profile.registers;
    const plan = scheme.plan(moveTo, running(0), { ...profile, registers });
    expect(plan.ok && triggerOf(plan.steps).values).toEqual({ pathTrigger: 0x10 });
  });

  test('whose answer was lost is proved by what did not hold before', () => {
    const cases: readonly (readonly [before: Signals, after: Signals])[] = [
      [atRest, { ...atRest, pathTrigger: 0x010 }],
      [atRest, { ...atRest, pathTrigger: 0x100 }],
      [atRest, { ...atRest, statusword: ENABLED | RUNNING }],
      // over before the first reading: only the position tells
      [atRest, { ...atRest, commandPosition: 50_000, actualPosition: 49_999 }],
      [running(0), running(1)],
      [running(0), { ...atRest, pathTrigger: 0x001 }],
      [running(1), running(0)],
      // the reading of a drive that has not moved since it got power
      [
        { ...atRest, pathTrigger: 0x100 },
        { ...atRest, pathTrigger: 0x000 },
      ],
    ];
    for (const [before, after] of cases) {
      const { proof } = triggerOf(stepsOf(moveTo, before));
      expect(proof.some((condition) => holds(before, condition))).toBe(false);
      expect(proof.some((condition) => holds(after, condition))).toBe(true);
    }
  });

  test('is not taken to be accepted because the one before was', () => {
    for (const now of [atRest, running(0), { ...atRest, pathTrigger: 0x100 }, { ...atRest, pathTrigger: 0x200 }]) {
      const wait = stepsOf(moveTo, now).at(-1)!;
      if (wait.do !== 'await') throw new Error('nothing is awaited');
      expect(wait.until.some((condition) => holds(now, condition))).toBe(false);
      // a trigger that was written and lies there is not accepted either
      expect(wait.until.some((condition) => holds({ pathTrigger: 0x10 }, condition))).toBe(false);
    }
  });

  test('to where the drive is already is sent, and nothing is awaited: there is nothing to be seen', () => {
    const there = { ...atRest, commandPosition: 50_000, actualPosition: 50_000 };
    expect(story(stepsOf(moveTo, there)).at(-1)).toBe('trigger pathTrigger 10');
  });

  test.each([
    ['without power', disabled, 'wrong-state'],
    ['in fault', { ...atRest, statusword: ENABLED | FAULT, errorCode: 0x180 }, 'fault'],
    ['of which nothing was read', {}, 'wrong-state'],
  ] as const)('of a drive %s is refused', (_, now, reason) => {
    expect(planOf(profile, moveTo, now)).toMatchObject({ ok: false, reason });
  });
});

describe('a velocity', () => {
  test('is a path of mode 2 with a signed speed', () => {
    const [write, trigger] = framesOf(profile, stepsOf(turn));
    expect(write!.words[0]).toBe(2);
    expect(write!.words[3]).toBe(0x1_0000 - 300);
    expect(trigger).toMatchObject({ address: 0x6002, words: [0x10] });
  });

  test('while the drive turns is a new path beside the running one', () => {
    expect(triggerOf(stepsOf(turn, running(0))).values).toEqual({ pathTrigger: 0x11 });
  });
});

describe('homing', () => {
  const parameters = 'homingMode homeOffset homingSpeedFast homingSpeedSlow homingAcceleration homingDeceleration';

  test('is written and read back, then triggered by 20h', () => {
    expect(story(stepsOf(home))).toEqual([
      `write ${parameters}`,
      `verify ${parameters}`,
      'trigger pathTrigger 20',
      'await homing to start',
    ]);
    expect(framesOf(profile, stepsOf(home))).toEqual([
      { address: 0x600a, words: [0x00, 0, 0], functionCode: 16 },
      { address: 0x600f, words: [120, 24, 833, 833], functionCode: 16 },
      { address: 0x6002, words: [0x20], functionCode: 6 },
    ]);
  });

  test.each([
    [17, 0x00],
    [18, 0x01],
    [-1, 0x0d],
    [-2, 0x0c],
  ])('method %i is mode %i', (method, word) => {
    const [write] = framesOf(profile, stepsOf({ ...home, method }));
    expect(write!.words[0]).toBe(word);
  });

  test('that is repeated begins only when "homed" of the first one has gone out', () => {
    const homed = { ...atRest, statusword: ENABLED | DONE | HOMED };
    const wait = stepsOf(home, homed).at(-1)!;
    if (wait.do !== 'await') throw new Error('nothing is awaited');
    expect(wait.until.some((condition) => holds(homed, condition))).toBe(false);
    expect(wait.until.some((condition) => holds({ statusword: ENABLED | RUNNING }, condition))).toBe(true);
  });

  test('of a moving drive, and to another position than 0, is refused', () => {
    expect(planOf(profile, home, running(0))).toMatchObject({ ok: false, reason: 'wrong-state' });
    expect(planOf(profile, { ...home, position: Counts(5) }, atRest)).toMatchObject({
      ok: false,
      reason: 'unsupported',
    });
    expect(planOf(profile, { ...home, method: 23 }, atRest)).toMatchObject({ ok: false, reason: 'unsupported' });
  });

  test.each([
    ['the method for the present position', { ...home, method: 35 }],
    ['setting the position', { kind: 'setPosition', position: Counts(0) }],
  ] as const)('%s calls it 0 without a frame that could move', (_, intent) => {
    expect(story(stepsOf(intent))).toEqual(['command pathTrigger 21', 'await the position to read 0']);
  });

  test('the position cannot be set to anything but 0', () => {
    const plan = planOf(profile, { kind: 'setPosition', position: Counts(7) }, atRest);
    expect(plan).toMatchObject({ ok: false, reason: 'unsupported' });
  });
});

describe('power and stop', () => {
  test('enabling forgets what was not taken before the power comes on', () => {
    expect(story(stepsOf({ kind: 'enable' }, disabled))).toEqual([
      'command pathTrigger 40',
      'command softwareEnable 1',
      'await the drive to be enabled',
    ]);
    expect(stepsOf({ kind: 'enable' })).toEqual([]);
  });

  test('disabling comes to rest first, and says what may keep the power on', () => {
    const wait = 'await the power to go off; an input with the function enable keeps it on while it is active';
    expect(story(stepsOf({ kind: 'disable' }))).toEqual(['command softwareEnable 0', wait]);
    expect(story(stepsOf({ kind: 'disable' }, running(0)))).toEqual([
      'command pathTrigger 40',
      'await the drive to come to rest',
      'command softwareEnable 0',
      wait,
    ]);
  });

  test('a reset takes the enable away before the alarm goes, so that it never enables', () => {
    const faulted = { ...atRest, statusword: FAULT | ENABLED, errorCode: 0x180 };
    expect(framesOf(profile, stepsOf({ kind: 'resetFault' }, faulted))).toEqual([
      { address: 0x6002, words: [0x40], functionCode: 6 },
      { address: 0x000f, words: [0], functionCode: 6 },
      { address: 0x1801, words: [0x1111], functionCode: 6 },
    ]);
  });

  test('an over-current is refused a reset: only a power cycle clears it', () => {
    const faulted = { ...atRest, statusword: FAULT, errorCode: 0x0e0 };
    expect(planOf(profile, { kind: 'resetFault' }, faulted)).toMatchObject({ ok: false, reason: 'fault' });
  });

  test('a stop is one command, whatever was read', () => {
    const stop = [{ address: 0x6002, words: [0x40], functionCode: 6 }];
    for (const now of [{}, atRest, disabled, running(0)]) {
      const steps = stepsOf({ kind: 'quickStop' }, now);
      expect(steps.every((step) => step.do === 'command')).toBe(true);
      expect(framesOf(profile, steps)).toEqual(stop);
    }
    expect(framesOf(profile, stepsOf({ kind: 'halt' }, running(0)))).toEqual(stop);
  });
});

describe('what the drive shows', () => {
  test('nothing is concluded from nothing', () => {
    expect(stateOf({})).toMatchObject({ power: 'unknown', moving: null, targetReached: null, referenced: null });
  });

  test('bits of the motion status', () => {
    expect(stateOf(disabled).power).toBe('disabled');
    expect(stateOf(atRest)).toMatchObject({ power: 'enabled', moving: false, targetReached: true, followingError: 1 });
    expect(stateOf(running(0))).toMatchObject({ power: 'enabled', moving: true, targetReached: false });
  });

  test('a drive that stopped on its way has not reached its target', () => {
    expect(stateOf({ ...atRest, statusword: ENABLED })).toMatchObject({ moving: false, targetReached: false });
  });

  test('"homed" is attained at rest only, because it stays for the moves that follow', () => {
    expect(stateOf({ statusword: ENABLED | HOMED })).toMatchObject({ homing: 'attained', referenced: true });
    expect(stateOf({ statusword: ENABLED | HOMED | RUNNING })).toMatchObject({ homing: 'idle', referenced: true });
    expect(stateOf({ statusword: ENABLED | RUNNING })).toMatchObject({ homing: 'idle', referenced: false });
  });

  test('alarms by their text; an unknown one by its number; read only when there is one', () => {
    expect(withAlarm(0x180)).toMatchObject({ power: 'fault', fault: { category: 'motion', text: 'Following error' } });
    expect(scheme.furtherReads?.({ statusword: FAULT }, profile)).toEqual(['errorCode']);
    expect(scheme.furtherReads?.({ statusword: ENABLED }, profile)).toEqual([]);
    expect(withAlarm(0x777).fault).toMatchObject({ code: 0x777, text: 'Drive alarm 0x777', resettable: true });
  });

  test('a profile may say that two bits are the other way round', () => {
    const turned = {
      ...profile,
      positionTable: { ...profile.positionTable!, bits: { ...profile.positionTable!.bits, fault: 1, enabled: 0 } },
    };
    expect(scheme.toDriveState({ statusword: 0x01 }, turned).power).toBe('enabled');
    expect(scheme.toDriveState({ statusword: 0x02 }, turned).power).toBe('fault');
  });
});

test('a drive with another number of pulses per revolution is found before it is commanded', () => {
  expect(scheme.configuration(profile, { watchdogMs: 500, quickStopDeceleration: 1 })).toEqual([
    { do: 'verify', values: { pulsesPerRevolution: 10_000 } },
  ]);
});

test('a group cannot be armed: its trigger would run whatever path stands in every other drive of the line', () => {
  expect(scheme.verbs(profile).has('arm')).toBe(false);
  expect(planOf(profile, { kind: 'arm', group: 1, ...setpoint }, atRest)).toMatchObject({
    ok: false,
    reason: 'unsupported',
  });
});

test('the one frame of the manual, parameters and start together, can be made; no command makes it', () => {
  const values = {
    pathMode: 1,
    targetPosition: 10_000,
    profileVelocity: 0,
    profileAcceleration: 1e10 / 60 / 10_000,
    profileDeceleration: 1e10 / 60 / 10_000,
    pathDwell: 0,
    pathSpecial: 0x10,
  };
  expect(planWrites(profile, values)).toMatchObject([
    { address: 0x6200, words: [1, 0, 0x2710, 0, 0x2710, 0x2710, 0, 0x10], functionCode: 16 },
  ]);
  for (const now of [atRest, running(0)]) {
    for (const frame of frames(profile, [...stepsOf(moveTo, now), ...stepsOf(turn, now)])) {
      expect(frame.address <= 0x6207 && frame.address + frame.words.length > 0x6207).toBe(false);
    }
  }
});
