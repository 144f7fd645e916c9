import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import {
  channelProfile,
  planChannelReads,
  polledSignals,
  shippedProfile,
  type ChannelName,
  type Signals,
} from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan } from '../../../drivers/schemes/index.ts';
import { framesOf, planOf, story } from './stories.ts';

const unit = shippedProfile('zltech-zlac8015d');
const scheme = schemeOf(unit);
const left = channelProfile(unit, 'left');
const right = channelProfile(unit, 'right');
const RPM = 4096 / 60;

const OFF: Signals = {
  controlword: 0,
  modeOfOperation: 0,
  motorState: 0,
  neighbourState: 0,
  errorCode: 0,
  neighbourErrorCode: 0,
  actualPosition: 500,
  actualVelocity: 0,
  actualTorque: 0,
};
const ON: Signals = { ...OFF, controlword: 8, modeOfOperation: 2 };
/** On its way from 500 to 40 000 with 120 rpm; its ramp of half a second. */
const MOVING: Signals = {
  ...ON,
  controlword: 0x11,
  motorState: 1,
  actualVelocity: 120 * RPM,
  targetPosition: 40_000,
  profileDeceleration: (1000 * RPM * 1000) / 500,
};

const move = {
  kind: 'moveTo',
  target: Counts(4096),
  velocity: 8192,
  acceleration: 40_960,
  deceleration: 40_960,
} as const;
const turn = { kind: 'moveVelocity', velocity: -8192, acceleration: 40_960, deceleration: 40_960 } as const;

const told = (intent: DriveIntent, now: Signals, channel: ChannelName = 'left'): readonly string[] => {
  const plan: Plan = planOf(channelProfile(unit, channel), intent, now);
  return plan.ok ? story(plan.steps) : [plan.reason];
};
const stateOf = (signals: Signals) => scheme.toDriveState(signals, left);

/** The start word of a move. */
const triggerOf = (now: Signals) => {
  const plan = planOf(left, move, now);
  return plan.ok ? plan.steps.find((step) => step.do === 'trigger') : undefined;
};
/** Where a halt sends the motor. */
const goalOf = (now: Signals) => {
  const plan = planOf(left, { kind: 'halt' }, now);
  const write = plan.ok ? plan.steps.find((step) => step.do === 'write') : undefined;
  return write?.do === 'write' ? write.values.targetPosition : undefined;
};

describe('the state of one motor', () => {
  test.each([
    [0x00, 'disabled'],
    [0x05, 'quick-stop'],
    [0x06, 'disabled'],
    [0x07, 'disabled'],
    [0x08, 'enabled'],
    [0x10, 'enabled'],
    [0x11, 'enabled'],
    [0x12, 'enabled'],
    [0x42, 'unknown'],
  ])('control word %i reads as %s', (controlword, power) => {
    expect(stateOf({ ...OFF, controlword }).power).toBe(power);
  });

  test('an alarm of its own is a fault with a remedy; one of the other motor leaves it without power', () => {
    expect(stateOf({ ...ON, errorCode: 0x400 })).toMatchObject({
      power: 'fault',
      fault: { code: 0x400, category: 'temperature', remedy: expect.any(String) },
    });
    expect(stateOf({ ...ON, errorCode: 0x05 }).fault?.text).toBe('Supply voltage too high; Over-current');
    expect(stateOf({ ...ON, errorCode: 0x1000 }).fault).toMatchObject({ text: 'Alarm 0x1000', remedy: null });
    expect(stateOf({ ...ON, neighbourErrorCode: 4 })).toMatchObject({ power: 'disabled', fault: null, warning: true });
  });

  test('what was not read is unknown and never 0', () => {
    expect(stateOf({})).toMatchObject({ power: 'unknown', position: null, velocity: null, moving: null, torque: null });
    expect(stateOf(ON)).toMatchObject({ targetReached: null, referenced: null, homing: 'idle', moving: false });
  });

  test('a motor that is still, but is turned by hand, moves', () => {
    expect(stateOf({ ...ON, actualVelocity: RPM / 10 }).moving).toBe(false);
    expect(stateOf({ ...ON, actualVelocity: RPM }).moving).toBe(true);
  });
});

describe('the status of both motors', () => {
  test('is two reads for the two drives together, not two for each', () => {
    const wire = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 12 };
    const fast = { left: polledSignals(left, 'fast'), right: polledSignals(right, 'fast') };
    const blocks = planChannelReads(unit, fast, wire);

    expect(blocks.map((block) => [block.left.address, block.left.count, block.right.count])).toEqual([
      [0x200d, 2, 2],
      [0x20a2, 13, 13],
    ]);
    for (const channel of ['left', 'right'] as const) {
      const read = blocks.flatMap((block) => block[channel].signals.map(({ signal }) => signal));
      expect(read.toSorted()).toEqual(fast[channel].toSorted());
    }
  });
});

const bothRest = ['await the motor to come to rest', 'await the other motor to come to rest'];

describe('enabling', () => {
  test('waits until both stand, takes away the speeds of both and puts the target where the motor stands, before the word', () => {
    expect(told({ kind: 'enable' }, OFF)).toEqual([
      ...bothRest,
      'write targetVelocity neighbourTargetVelocity targetPosition',
      'verify targetVelocity neighbourTargetVelocity targetPosition',
      'write modeOfOperation',
      'verify modeOfOperation',
      'command controlword 8',
      'await the motors to be enabled',
    ]);
    const plan = planOf(left, { kind: 'enable' }, OFF);
    expect(plan.ok && framesOf(left, plan.steps)[0]).toEqual({
      address: 0x2088,
      words: [0, 0, 0, 500],
      functionCode: 16,
    });
  });

  test('takes an emergency stop back first', () => {
    expect(told({ kind: 'enable' }, { ...ON, controlword: 5 }).slice(-3)).toEqual([
      'command controlword 7',
      'command controlword 8',
      'await the motors to be enabled',
    ]);
  });

  test('sends nothing when the other drive of the unit has enabled both, and nothing while either has an alarm', () => {
    expect(told({ kind: 'enable' }, ON)).toEqual([]);
    expect(told({ kind: 'enable' }, { ...OFF, errorCode: 4 })).toEqual(['fault']);
    expect(told({ kind: 'enable' }, { ...OFF, neighbourErrorCode: 4 })).toEqual(['fault']);
    expect(told({ kind: 'enable' }, {})).toEqual(['wrong-state']);
  });
});

describe('a move', () => {
  const steps = [
    'write targetPosition profileVelocity profileAcceleration profileDeceleration',
    'verify targetPosition profileVelocity profileAcceleration profileDeceleration',
  ];

  test('is written and verified; one start word of its own motor follows', () => {
    expect(told(move, ON)).toEqual([...steps, 'trigger controlword 11']);
    expect(told(move, ON, 'right')).toEqual([...steps, 'trigger controlword 12']);
  });

  test('a start word that stood there before proves nothing, and its absence disproves nothing', () => {
    const running = { signal: 'motorState', mask: 0xffff, equals: 1 };
    const stands = { signal: 'controlword', mask: 0xffff, equals: 0x11 };
    expect(triggerOf(ON)).toMatchObject({ isPulse: true, proof: [running, stands] });
    expect(triggerOf({ ...ON, controlword: 0x11 })).toMatchObject({ isPulse: true, proof: [running] });
    expect(triggerOf(MOVING)).toMatchObject({ isPulse: true, proof: [] });
    expect(triggerOf({ ...MOVING, controlword: 0x12 })).toMatchObject({ proof: [stands] });
  });

  test('changes the mode only while both motors stand, with no speed left in either register', () => {
    const inSpeed = { ...ON, modeOfOperation: 3 };
    expect(told(move, inSpeed)).toEqual([
      'command targetVelocity 0',
      'write modeOfOperation',
      'verify modeOfOperation',
      'command controlword 8',
      'await the mode to be taken',
      ...steps,
      'trigger controlword 11',
    ]);
    expect(told(move, { ...inSpeed, neighbourState: 1 })).toEqual(['wrong-state']);
    expect(told(move, { ...inSpeed, motorState: 1 })).toEqual(['wrong-state']);
    expect(told(move, { ...ON, neighbourState: 1 }).at(-1)).toBe('trigger controlword 11');
  });

  test('needs power, no alarm, and to know which motor is meant', () => {
    expect(told(move, OFF)).toEqual(['wrong-state']);
    expect(told(move, { ...ON, errorCode: 0x20 })).toEqual(['fault']);
    expect(planOf(unit, move, ON)).toMatchObject({ ok: false, reason: 'unsupported' });
  });
});

describe('turning and halting', () => {
  test('the speed is the trigger, and it is read back', () => {
    expect(told(turn, { ...ON, modeOfOperation: 3 })).toEqual([
      'write profileAcceleration profileDeceleration',
      'verify profileAcceleration profileDeceleration',
      'trigger targetVelocity -2000',
      'verify targetVelocity',
    ]);
  });

  test('a halt in speed mode is a speed of 0; in position mode the motor goes to where it can come to rest', () => {
    expect(told({ kind: 'halt' }, { ...MOVING, modeOfOperation: 3 })).toEqual(['command targetVelocity 0']);
    expect(told({ kind: 'halt' }, MOVING)).toEqual([
      'write targetPosition',
      'verify targetPosition',
      'trigger controlword 11',
    ]);
    expect(told({ kind: 'halt' }, ON)).toEqual([]);
  });

  test('a ramp that is asked for one halt is written before it, and decides where the motor can come to rest', () => {
    const gentle = { kind: 'halt', ramp: (1000 * RPM * 1000) / 1000 } as const;
    expect(told(gentle, { ...MOVING, modeOfOperation: 3 })).toEqual([
      'write profileDeceleration',
      'verify profileDeceleration',
      'command targetVelocity 0',
    ]);
    expect(told(gentle, MOVING)).toEqual([
      'write targetPosition profileDeceleration',
      'verify targetPosition profileDeceleration',
      'trigger controlword 11',
    ]);
    // twice the time of the usual ramp: half of one second, and 150 ms
    const plan = planOf(left, gentle, MOVING);
    const written = plan.ok ? plan.steps[0] : undefined;
    expect(written).toMatchObject({ values: { targetPosition: 500 + Math.round(8192 * 0.65) } });
  });

  test('that place lies on its way: the longer of the two ways its ramp may take, and never beyond the old target', () => {
    // 8192 counts/s, half of the half second of its ramp, and 150 ms until the frame is there
    expect(goalOf(MOVING)).toBe(500 + Math.round(8192 * 0.4));
    expect(goalOf({ ...MOVING, targetPosition: 1000 })).toBe(1000);
    expect(goalOf({ ...MOVING, actualVelocity: -120 * RPM, targetPosition: -40_000 })).toBe(
      500 - Math.round(8192 * 0.4),
    );
    // still gathering speed
    expect(goalOf({ ...MOVING, actualVelocity: 10, profileVelocity: 8192 })).toBe(500 + Math.round(8192 * 0.4));
    const { targetPosition: _, ...goalUnknown } = MOVING;
    expect(told({ kind: 'halt' }, goalUnknown)).toEqual(['wrong-state']);
  });
});

describe('words for both', () => {
  test('a quick stop is one command, from any reading or none; motors that were off are left off', () => {
    expect(told({ kind: 'quickStop' }, {})).toEqual(['command controlword 5']);
    expect(told({ kind: 'quickStop' }, MOVING)).toEqual(['command controlword 5']);
    for (const controlword of [0, 6, 7])
      expect(told({ kind: 'quickStop' }, { ...OFF, controlword })).toEqual(['command controlword 7']);
  });

  test('disabling brings the motor to rest by the ramp of the drive, a reset clears the alarm and puts no power on', () => {
    expect(told({ kind: 'disable' }, MOVING)).toEqual([
      'command controlword 7',
      'await the motors to be switched off',
      'await the motor to come to rest',
    ]);
    expect(told({ kind: 'disable' }, OFF)).toEqual([]);
    expect(told({ kind: 'resetFault' }, { ...ON, errorCode: 4 })).toEqual([
      ...bothRest,
      'command controlword 6',
      'await the alarm to clear',
    ]);
    expect(told({ kind: 'resetFault' }, ON)).toEqual([]);
  });

  test('the position becomes 0 in what is shown and in what targets count from by one frame, of this motor alone and at rest', () => {
    const zero: DriveIntent = { kind: 'setPosition', position: Counts(0) };
    const plan = planOf(right, zero, ON);
    expect(plan.ok && framesOf(right, plan.steps)[0]).toEqual({ address: 0x2005, words: [2, 2], functionCode: 16 });
    expect(told(zero, ON, 'right').slice(1)).toEqual([
      'write targetPosition',
      'verify targetPosition',
      'await the position to be 0',
    ]);
    expect(told({ kind: 'setPosition', position: Counts(7) }, ON)).toEqual(['unsupported']);
    expect(told(zero, MOVING)).toEqual(['wrong-state']);
  });

  test('the configuration takes the watchdog, and the ramp of the stop as near as the register comes', () => {
    const [write] = scheme.configuration(left, { watchdogMs: 500, quickStopDeceleration: 0xffff_ffff });
    expect(write).toEqual({
      do: 'write',
      values: { syncMode: 0, quickStopDeceleration: 68_266_667, watchdogTimeout: 500 },
    });
    expect(framesOf(left, [write!])).toContainEqual({ address: 0x2084, words: [1], functionCode: 6 });
  });

  test('there is no homing and nothing is armed', () => {
    const arm: DriveIntent = { ...move, kind: 'arm', group: 1 };
    expect(told(arm, ON)).toEqual(['unsupported']);
    expect([...scheme.verbs(left)]).not.toContain('home');
    expect([...scheme.verbs(left)]).toContain('moveTo');
  });
});
