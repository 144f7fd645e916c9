import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import {
  planReads,
  planWrites,
  polledSignals,
  shippedProfile,
  type Profile,
  type Signals,
} from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

// One scheme, three maps: what is particular to Kinco and NiMotion is data, and this is what it changes.

const kinco = shippedProfile('kinco-fd5p');
const nimotion = shippedProfile('nimotion-lms-cia402');
const scheme = schemeOf(kinco);

const SWITCH_ON_DISABLED = 0x0240;
const ENABLED = 0x0227;
const FAULT = 0x0208;
const REACHED = 0x0400;
/** Bit 15 of Kinco: reference found. */
const REFERENCED = 0x8000;

const atRest: Signals = { statusword: ENABLED, actualPosition: 777, actualVelocity: 0, controlword: 0x0f };
const kincoAtRest: Signals = { ...atRest, modeOfOperation: 1 };
const nimotionAtRest: Signals = { ...atRest, modeDisplay: 1 };

const setpoint = { target: Counts(5000), velocity: 1000, acceleration: 2000, deceleration: 3000 };
const moveTo: DriveIntent = { kind: 'moveTo', ...setpoint };
const home = { kind: 'home', method: 19, position: Counts(0), fast: 1000, slow: 100, acceleration: 5000 } as const;

function stepsOf(intent: DriveIntent, now: Signals, profile: Profile): readonly Step[] {
  const plan: Plan = scheme.plan(intent, now, profile);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}

const writes = (steps: readonly Step[]) => steps.filter((step) => step.do === 'write').map(({ values }) => values);

const further = (statusword: number) => scheme.furtherReads?.({ statusword }, kinco);

/** What a start of homing waits for, seen from this statusword. */
const untilAfter = (statusword: number) =>
  stepsOf(home, { ...kincoAtRest, statusword }, kinco).findLast((step) => step.do === 'await')?.until;

const readsOfAPoll = (profile: Profile) =>
  planReads(profile, polledSignals(profile, 'fast'), { baudRate: 19_200, bitsPerCharacter: 10, transactionMs: 5 }).map(
    ({ address, count }) => [address, count],
  );

describe('Kinco on the wire', () => {
  test.each([
    ['200 rpm of a motor with 10 000 counts', (200 / 60) * 10_000, [0x5555, 0x0008]],
    ['100 rpm of a motor with 65 536 counts', (100 / 60) * 65_536, [0x4e82, 0x001b]],
  ])('%s is the speed that the manual prints, low word first', (_, velocity, words) => {
    expect(planWrites(kinco, { targetVelocity: velocity })).toMatchObject([{ address: 0x6f00, words }]);
  });

  test('100 revolutions a second squared with 65 536 counts is the acceleration that the manual prints', () => {
    expect(planWrites(kinco, { profileAcceleration: 100 * 65_536 })).toMatchObject([{ words: [0xa36e, 0x0001] }]);
  });

  test('a poll is four reads, because every value has an address of its own', () => {
    expect(readsOfAPoll(kinco)).toEqual([
      [0x3200, 1],
      [0x3500, 1],
      [0x3700, 2],
      [0x3b00, 2],
    ]);
  });
});

describe('Kinco', () => {
  test('has no register that shows the mode, so the mode is read where it is written, and given a moment', () => {
    const steps = stepsOf(moveTo, { ...kincoAtRest, modeOfOperation: -4 }, kinco);

    const at = steps.findIndex((step) => step.do === 'command' && step.signal === 'modeOfOperation');
    expect(steps[at]).toMatchObject({ value: 1 });
    expect(steps[at + 1]).toMatchObject({
      do: 'await',
      until: [{ signal: 'modeOfOperation', mask: 0xffff, equals: 1 }],
      settleMs: 20,
    });
    expect(stepsOf(moveTo, kincoAtRest, kinco).some((step) => 'signal' in step && step.signal !== 'controlword')).toBe(
      false,
    );
  });

  test('knows no groups and no declared position: neither stands among its verbs, nor in what enabling writes', () => {
    const steps = stepsOf({ kind: 'enable' }, { ...kincoAtRest, statusword: SWITCH_ON_DISABLED }, kinco);

    expect([...scheme.verbs(kinco)].toSorted()).toEqual(
      ['disable', 'enable', 'halt', 'home', 'moveTo', 'moveVelocity', 'quickStop', 'resetFault'].toSorted(),
    );
    expect(writes(steps)).toEqual([{ targetPosition: 777, targetVelocity: 0 }]);
  });

  test('tells several faults by the bits of one word, in one sentence', () => {
    const state = scheme.toDriveState({ statusword: FAULT, errorCode: 0x0240 }, kinco);

    expect(state.fault).toEqual({
      code: 0x0240,
      category: 'voltage',
      means: 'followingError',
      text: 'Supply voltage too low; Following error',
      remedy: 'Check the supply, then reset. Check load, limits and velocity, then reset.',
      resettable: true,
    });
  });

  test('reads its error word only in a poll that shows a fault', () => {
    expect(further(ENABLED)).toEqual([]);
    expect(further(FAULT)).toEqual(['errorCode']);
  });

  test.each([
    [ENABLED, 'running'],
    [ENABLED | REFERENCED, 'running'],
    [ENABLED | REACHED, 'idle'],
    [ENABLED | REACHED | REFERENCED, 'attained'],
  ])('in homing mode the statusword %i means %s', (statusword, homing) => {
    expect(scheme.toDriveState({ ...kincoAtRest, statusword, modeOfOperation: 6 }, kinco).homing).toBe(homing);
  });

  test('a reference that stands from an earlier homing is no sign that this one has ended', () => {
    expect(untilAfter(ENABLED | REACHED)).toHaveLength(2);
    expect(untilAfter(ENABLED | REACHED | REFERENCED)).toEqual([{ signal: 'statusword', mask: REACHED, equals: 0 }]);
  });

  test('is never homed to another position than 0: which way its offset counts is not certain', () => {
    expect(writes(stepsOf(home, kincoAtRest, kinco))).toMatchObject([{ homeOffset: 0 }]);
    expect(scheme.plan({ ...home, position: Counts(100) }, kincoAtRest, kinco)).toMatchObject({
      ok: false,
      reason: 'unsupported',
    });
  });

  test('a fault counts as cleared whatever state the drive goes on to', () => {
    const steps = stepsOf({ kind: 'resetFault' }, { ...kincoAtRest, statusword: FAULT, errorCode: 0x40 }, kinco);

    const wait = steps.find((step) => step.do === 'await');
    expect(wait?.until).toEqual([{ signal: 'statusword', mask: 0x08, equals: 0 }]);
  });
});

describe('NiMotion', () => {
  test('is polled by four reads: fault code, controlword and statusword lie side by side', () => {
    expect(readsOfAPoll(nimotion)).toEqual([
      [0x037f, 3],
      [0x03c3, 1],
      [0x03c8, 2],
      [0x03d5, 2],
    ]);
  });

  test.each([
    ['reads otherwise', 1, [{ controlMode: 0 }, { targetPosition: 777, targetVelocity: 0 }]],
    ['was not read', undefined, [{ controlMode: 0 }, { targetPosition: 777, targetVelocity: 0 }]],
    ['stands already', 0, [{ targetPosition: 777, targetVelocity: 0 }]],
  ])('is made to obey its registers by enabling, without power, where its control mode %s', (...row) => {
    const [, controlMode, written] = row;
    const now = { ...nimotionAtRest, statusword: SWITCH_ON_DISABLED, controlMode };

    const steps = stepsOf({ kind: 'enable' }, now as Signals, nimotion);

    expect(writes(steps)).toEqual(written);
    expect(scheme.alsoNeeds({ kind: 'enable' })).toContain('controlMode');
  });

  test('found enabled in another control mode is left in it: that is somebody else driving', () => {
    const steps = stepsOf({ kind: 'enable' }, { ...nimotionAtRest, controlMode: 1 }, nimotion);

    expect(steps).toEqual([]);
  });

  test('is told the cap of its velocity with every move', () => {
    expect(writes(stepsOf(moveTo, nimotionAtRest, nimotion))).toEqual([
      {
        targetPosition: 5000,
        maxProfileVelocity: 1000,
        profileVelocity: 1000,
        profileAcceleration: 2000,
        profileDeceleration: 3000,
      },
    ]);
  });

  test('shows 600 rpm as 100 000 counts a second, and reads its position high word first', () => {
    const velocity = planReads(nimotion, ['actualVelocity'], { baudRate: 1, bitsPerCharacter: 1, transactionMs: 0 });

    expect(velocity[0]?.signals[0]?.register.scale).toBeCloseTo(10_000 / 60);
    expect(planWrites(nimotion, { targetPosition: 0x0001_0002 })).toMatchObject([{ words: [1, 2] }]);
  });

  test('has no home offset: homing to another position than 0 is refused', () => {
    expect(writes(stepsOf(home, nimotionAtRest, nimotion))[0]).not.toHaveProperty('homeOffset');
    expect(scheme.plan({ ...home, position: Counts(1) }, nimotionAtRest, nimotion)).toMatchObject({ ok: false });
  });
});
