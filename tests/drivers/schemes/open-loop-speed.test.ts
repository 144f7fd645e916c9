import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { planWrites, shippedProfile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

const profile = shippedProfile('dfrobot-dfr1277');
const scheme = schemeOf(profile);

const standing: Signals = { statusword: 0, targetVelocity: 0 };
const forward: Signals = { statusword: 1, targetVelocity: 100 };
const reverse: Signals = { statusword: 2, targetVelocity: -100 };

const turn = (velocity: number): DriveIntent => ({ kind: 'moveVelocity', velocity, acceleration: 1, deceleration: 1 });

function stepsOf(intent: DriveIntent, now: Signals): readonly Step[] {
  const plan: Plan = scheme.plan(intent, now, profile);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}

const triggersOf = (steps: readonly Step[]) => steps.filter((step) => step.do === 'trigger');

describe('what is known of an open loop', () => {
  test.each([
    ['0, the only word for standing', 0, 0, false],
    ['1, forward in the library', 1, 100, true],
    ['100, forward in the wiki', 100, 100, true],
    ['0x0100, forward with swapped bytes', 0x0100, 100, true],
    ['2, reverse in the library', 2, -100, true],
    ['200, reverse in the wiki', 200, -100, true],
    ['a motor told to turn that does not say so yet', 0, 100, true],
    ['a motor told to stand that does not say so yet', 1, 0, true],
    ['a state that nobody has described', 7, 0, null],
  ] as const)('%s', (...row) => {
    const [, statusword, targetVelocity, moving] = row;
    expect(scheme.toDriveState({ statusword, targetVelocity }, profile)).toMatchObject({ power: 'enabled', moving });
  });

  test('there is no position and no velocity: what was commanded is no measurement', () => {
    expect(scheme.toDriveState(forward, profile)).toMatchObject({
      position: null,
      velocity: null,
      referenced: null,
      targetReached: null,
      fault: null,
    });
  });

  test('without a reading nothing is claimed, not even that it is enabled', () => {
    expect(scheme.toDriveState({}, profile)).toMatchObject({ power: 'unknown', moving: null });
  });
});

describe('a speed', () => {
  test('is one frame, read back after it, and the state must say which way it turns', () => {
    expect(stepsOf(turn(-128), standing)).toMatchObject([
      { do: 'trigger', values: { targetVelocity: -128 }, proof: [{ signal: 'statusword', equals: 2 }, {}, {}] },
      { do: 'verify', values: { targetVelocity: -128 } },
      { do: 'await', until: [{ equals: 2 }, { equals: 200 }, { equals: 512 }] },
    ]);
    expect(planWrites(profile, { targetVelocity: -128 })).toMatchObject([{ address: 7, words: [0xff80] }]);
  });

  test('is rounded to a step of the register before it is compared with what is read back', () => {
    expect(triggersOf(stepsOf(turn(99.6), standing))).toMatchObject([{ values: { targetVelocity: 100 } }]);
  });

  test.each([256, -256, 0.4])('of %i steps is refused: the register cannot say it', (velocity) => {
    expect(scheme.plan(turn(velocity), standing, profile)).toMatchObject({ ok: false, reason: 'unsupported' });
  });

  test('that stands already is not sent again', () => {
    expect(stepsOf(turn(100), forward)).toEqual([]);
  });

  test('replaces a slower one directly, and then only the register itself proves that it was taken', () => {
    const [trigger, ...more] = triggersOf(stepsOf(turn(200), forward));

    expect(more).toEqual([]);
    expect(trigger?.proof).toEqual([{ signal: 'targetVelocity', mask: 0xffff, equals: 200 }]);
  });

  test.each([
    ['forward', forward, -50],
    ['reverse', reverse, 50],
  ])('the other way round waits until a motor that turns %s has run down', (_, now, velocity) => {
    const steps = stepsOf(turn(velocity), now);

    expect(steps[0]).toEqual({ do: 'command', signal: 'targetVelocity', value: 0 });
    expect(steps[1]).toMatchObject({ do: 'await', until: [{ signal: 'statusword', equals: 0 }], settleMs: 150 });
    expect(triggersOf(steps)).toHaveLength(1);
    expect(steps.findIndex((step) => step.do === 'trigger')).toBe(2);
  });
});

describe('a stop', () => {
  test.each([
    ['nothing was ever read', {}],
    ['it turns', forward],
    ['it stands', standing],
  ])('is speed 0 when %s, and no trigger', (_, now) => {
    const stop = { do: 'command', signal: 'targetVelocity', value: 0 };

    expect(stepsOf({ kind: 'quickStop' }, now)).toEqual([stop]);
    expect(stepsOf({ kind: 'halt' }, now)[0]).toEqual(stop);
    expect(triggersOf(stepsOf({ kind: 'halt' }, now))).toEqual([]);
  });
});

test('there is nothing to enable, to home, to go to or to reset', () => {
  expect([...scheme.verbs(profile)].toSorted()).toEqual(['halt', 'moveVelocity', 'quickStop']);
  const setpoint = { target: Counts(1), velocity: 1, acceleration: 1, deceleration: 1 };
  for (const intent of [
    { kind: 'enable' },
    { kind: 'disable' },
    { kind: 'resetFault' },
    { kind: 'disarm' },
    { kind: 'moveTo', ...setpoint },
    { kind: 'setPosition', position: Counts(0) },
  ] satisfies DriveIntent[]) {
    expect(scheme.plan(intent, standing, profile)).toMatchObject({ ok: false, reason: 'unsupported' });
  }
});

test('a motor whose firmware swaps bytes is the same model', () => {
  expect(profile.identity.match.vendorId).toEqual([0x3343, 0x4333]);
});
