import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { planReads, planWrites, polledSignals, shippedProfile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

const profile = shippedProfile('feetech-sm-modbus');
const scheme = schemeOf(profile);

const ENABLED_AT_REST: Signals = {
  errorCode: 0,
  actualPosition: 1000,
  actualVelocity: 0,
  actualTorque: 2.5,
  supplyVoltage: 12,
  temperature: 30,
  movingFlag: 0,
  targetPosition: 1000,
  torqueEnable: 1,
  profileAcceleration: 10_000,
  profileVelocity: 2000,
};
const atRest = (changes: Signals = {}): Signals => ({ ...ENABLED_AT_REST, ...changes });
/** On its way from 1000 to 3000 with 2000 steps/s; slowing down takes 200 steps. */
const MOVING = atRest({ targetPosition: 3000, actualVelocity: 2000, movingFlag: 1 });
const FREE = atRest({ torqueEnable: 0, targetPosition: 77 });

const move = { kind: 'moveTo', target: Counts(-500), velocity: 2000, acceleration: 5000, deceleration: 5000 } as const;
const stopAfter = (readingAgeMs: number | undefined): DriveIntent => ({ kind: 'quickStop', readingAgeMs });

function stepsOf(intent: DriveIntent, now: Signals = atRest()): readonly Step[] {
  const plan: Plan = scheme.plan(intent, now, profile);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}

function refusalOf(intent: DriveIntent, now: Signals): string {
  const plan = scheme.plan(intent, now, profile);
  return plan.ok ? 'accepted' : plan.reason;
}

/** Steps in few words: what is written where, what is waited for. */
function story(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    if (step.do === 'await') return `await ${step.what}`;
    if (step.do === 'command') return `command ${step.signal} ${step.value}`;
    return `${step.do} ${Object.entries(step.values)
      .map(([signal, value]) => `${signal} ${value}`)
      .join(', ')}`;
  });
}

const stateOf = (signals: Signals) => scheme.toDriveState(signals, profile);

describe('the state of a Feetech servo', () => {
  test('is read with two requests', () => {
    const wire = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 20 };
    const blocks = planReads(profile, polledSignals(profile, 'fast'), wire);

    expect(blocks.map(({ table, address, count }) => [table, address, count])).toEqual([
      ['holding', 128, 4],
      ['holding', 256, 7],
    ]);
  });

  test('nothing is known of a servo of which nothing was read', () => {
    expect(stateOf({})).toMatchObject({ power: 'unknown', position: null, moving: null, referenced: null });
  });

  test.each([
    ['enabled', atRest(), { power: 'enabled', moving: false, position: 1000, torque: 2.5, temperature: 30 }],
    ['moving', MOVING, { power: 'enabled', moving: true, velocity: 2000 }],
    ['free', FREE, { power: 'disabled', moving: false }],
    ['turned by hand', { ...FREE, actualVelocity: -150 }, { power: 'disabled', moving: true }],
    ['in fault', atRest({ errorCode: 0x20 }), { power: 'fault', fault: { code: 0x20, text: 'Status word 0x0020' } }],
  ] as const)('%s', (_, signals, expected) => {
    expect(stateOf(signals)).toMatchObject(expected);
  });

  test('its encoder is absolute, so it never needs a reference; and it has no word for "arrived"', () => {
    expect(stateOf(atRest())).toMatchObject({ referenced: true, targetReached: null });
  });

  test('one step of the velocity register is noise while it says that it stands', () => {
    expect(stateOf(atRest({ actualVelocity: 50 })).moving).toBe(false);
    expect(stateOf(atRest({ actualVelocity: 50, movingFlag: 1 })).moving).toBe(true);
  });
});

describe('moving a Feetech servo', () => {
  test('velocity and ramp are verified before the goal, which is the trigger, and the goal after it', () => {
    expect(story(stepsOf(move))).toEqual([
      'write profileVelocity 2000, profileAcceleration 5000',
      'verify profileVelocity 2000, profileAcceleration 5000',
      'trigger targetPosition -500',
      'verify targetPosition -500',
    ]);
  });

  test('the parameters go in one frame', () => {
    const frames = planWrites(profile, { profileVelocity: 2000, profileAcceleration: 5000 });

    expect(frames).toMatchObject([{ address: 130, words: [50, 40], functionCode: 16 }]);
  });

  test('a ramp of 0 would be none at all and is not written', () => {
    expect(() => planWrites(profile, { profileAcceleration: 0 })).toThrow(/not among what the drive takes/);
  });

  test.each([
    ['free', FREE, 'wrong-state'],
    ['in fault', atRest({ errorCode: 1 }), 'fault'],
    ['unknown', {}, 'wrong-state'],
  ] as const)('a servo that is %s is not moved', (_, signals, reason) => {
    expect(refusalOf(move, signals)).toBe(reason);
  });

  test('two different ramps, turning without an end, homing and a new zero are refused', () => {
    const velocity = { kind: 'moveVelocity', velocity: 10, acceleration: 1, deceleration: 1 } as const;

    expect(refusalOf({ ...move, deceleration: 4000 }, atRest())).toBe('unsupported');
    expect(refusalOf(velocity, atRest())).toBe('unsupported');
    expect(refusalOf({ kind: 'setPosition', position: Counts(0) }, atRest())).toBe('unsupported');
    expect([...scheme.verbs(profile)]).toEqual(['enable', 'disable', 'resetFault', 'moveTo', 'halt', 'quickStop']);
  });
});

describe('enabling a Feetech servo', () => {
  test('the goal of an earlier life is replaced by the present position while there is no torque', () => {
    expect(story(stepsOf({ kind: 'enable' }, FREE))).toEqual([
      'write targetPosition 1000',
      'verify targetPosition 1000',
      'command torqueEnable 1',
      'await the torque to be on',
    ]);
  });

  test('a servo in fault, or one whose position was not read, is not enabled', () => {
    const { actualPosition: _, ...blind } = FREE;

    expect(refusalOf({ kind: 'enable' }, { ...FREE, errorCode: 8 })).toBe('fault');
    expect(refusalOf({ kind: 'enable' }, blind)).toBe('wrong-state');
  });

  test('a moving servo comes to rest before it is let go', () => {
    expect(story(stepsOf({ kind: 'disable' }, MOVING))).toEqual([
      'command targetPosition 1250',
      'await the shaft to stand',
      'command torqueEnable 0',
      'await the torque to be off',
    ]);
    expect(story(stepsOf({ kind: 'disable' }))).toEqual(['command torqueEnable 0', 'await the torque to be off']);
  });

  test('a fault is waited out without torque: nothing clears it', () => {
    expect(story(stepsOf({ kind: 'resetFault' }, atRest({ errorCode: 4 })))).toEqual([
      'command torqueEnable 0',
      'await the status word to clear',
    ]);
    expect(stepsOf({ kind: 'resetFault' })).toEqual([]);
  });

  test('the lock of its memory is closed before the first command', () => {
    expect(story(scheme.configuration(profile, { watchdogMs: null, quickStopDeceleration: 1 }))).toEqual([
      'write eepromLock 1',
      'verify eepromLock 1',
    ]);
  });
});

describe('stopping a Feetech servo', () => {
  test('the new goal is where it can come to rest: the way since the reading, that of the goal itself, and that of slowing down', () => {
    expect(story(stepsOf(stopAfter(50), MOVING))).toEqual(['command targetPosition 1300']);
    expect(story(stepsOf({ kind: 'halt' }, MOVING))).toEqual(['command targetPosition 1250']);
    // 2000 steps/s down by 2000 steps/s2 takes 1000 steps; the ramp is written first, meanwhile it runs on for 75 ms
    expect(story(stepsOf({ kind: 'halt', ramp: 2000 }, MOVING))).toEqual([
      'write profileAcceleration 2000',
      'verify profileAcceleration 2000',
      'command targetPosition 2150',
    ]);
  });

  test('it never goes beyond the goal that was ordered, nor back', () => {
    const near = atRest({ targetPosition: 1040, actualVelocity: 2000, movingFlag: 1 });
    const backwards = atRest({ targetPosition: -1000, actualVelocity: -2000, movingFlag: 1 });

    expect(story(stepsOf(stopAfter(50), near))).toEqual(['command targetPosition 1040']);
    expect(story(stepsOf(stopAfter(50), backwards))).toEqual(['command targetPosition 700']);
  });

  test('at rest it holds where it stands, also away from its goal', () => {
    expect(story(stepsOf(stopAfter(900), atRest({ targetPosition: 3000 })))).toEqual(['command targetPosition 1000']);
  });

  test.each([
    ['nothing was read', undefined, {}],
    ['the reading of a moving shaft is old', 200, MOVING],
    ['the reading of a resting shaft is very old', 1500, atRest()],
    ['there is no torque', 10, FREE],
  ] as const)('without a recent reading the torque is taken away: %s', (_, ageMs, signals) => {
    expect(story(stepsOf(stopAfter(ageMs), signals))).toEqual(['command torqueEnable 0']);
  });
});
