import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { planWrites, shippedProfile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

const profile = shippedProfile('mks-servo42d-57d');
const scheme = schemeOf(profile);

/** counts/s in one rpm, and counts/s^2 of the ramp with a code. */
const RPM = 16_384 / 60;
const ramp = (code: number): number => (20_000 * RPM) / (256 - code);

const ENABLED_AT_REST: Signals = {
  actualPosition: 5000,
  actualVelocity: 0,
  enableState: 1,
  homingResult: 2,
  singleTurnResult: 2,
  stallFlag: 0,
  runState: 1,
};
const atRest = (changes: Signals = {}): Signals => ({ ...ENABLED_AT_REST, ...changes });
const MOVING = atRest({ runState: 4, actualVelocity: 300 * RPM });
const STALLED = atRest({ enableState: 0, stallFlag: 1 });

const moveTo = (changes: Partial<Extract<DriveIntent, { kind: 'moveTo' }>> = {}): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(163_840),
  velocity: 300 * RPM,
  acceleration: ramp(236),
  deceleration: ramp(236),
  ...changes,
});
const turn = (velocity: number): DriveIntent => ({
  kind: 'moveVelocity',
  velocity,
  acceleration: ramp(236),
  deceleration: ramp(236),
});
const home: DriveIntent = { kind: 'home', method: -1, position: Counts(0), fast: 1, slow: 1, acceleration: 1 };
const halt: DriveIntent = { kind: 'halt', deceleration: ramp(246) };
const quickStop = { kind: 'quickStop', deceleration: ramp(246), readingAgeMs: 20 } as const;

function stepsOf(intent: DriveIntent, now: Signals = atRest()): readonly Step[] {
  const plan: Plan = scheme.plan(intent, now, profile);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}

function refusalOf(intent: DriveIntent, now: Signals): string {
  const plan = scheme.plan(intent, now, profile);
  return plan.ok ? 'accepted' : plan.reason;
}

/** The frames of the steps: address and words in hexadecimal. */
function framesOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.do !== 'command' && step.do !== 'trigger') return [];
    const values = step.do === 'command' ? { ...step.also, [step.signal]: step.value } : step.values;
    return planWrites(profile, values).map(({ address, words }) =>
      [address, ...words].map((word) => word.toString(16).toUpperCase()).join(' '),
    );
  });
}

const harder = (runState: number): readonly string[] => framesOf(scheme.stopHarder!(atRest({ runState })));
const stateOf = (signals: Signals) => scheme.toDriveState(signals, profile);

describe('the state of an MKS drive', () => {
  test('nothing is known of a drive of which nothing was read', () => {
    expect(stateOf({})).toMatchObject({ power: 'unknown', position: null, moving: null, referenced: null });
  });

  test.each([
    ['disabled', atRest({ enableState: 0 }), { power: 'disabled', moving: false, fault: null }],
    ['enabled', atRest(), { power: 'enabled', moving: false, position: 5000 }],
    ['moving', MOVING, { power: 'enabled', moving: true, velocity: 300 * RPM }],
    ['turned by hand', atRest({ enableState: 0, actualVelocity: -50 * RPM }), { power: 'disabled', moving: true }],
    ['calibrating', atRest({ runState: 6 }), { power: 'not-ready', moving: true }],
    ['stalled', STALLED, { power: 'fault', moving: false, fault: { code: 1, category: 'motion', resettable: true } }],
    ['homing', atRest({ runState: 5, homingResult: 0 }), { homing: 'running', moving: true, referenced: false }],
    ['homed', atRest({ homingResult: 1 }), { homing: 'attained', referenced: true }],
    ['returned by itself at power-up', atRest({ singleTurnResult: 1 }), { referenced: true }],
    ['never homed', atRest(), { homing: 'error', referenced: false }],
  ] as const)('%s', (_, signals, expected) => {
    expect(stateOf(signals)).toMatchObject(expected);
  });

  test('"stopped" is not "arrived": the drive has no word for that', () => {
    expect(stateOf(atRest()).targetReached).toBeNull();
  });

  test('one step of the speed register is noise while the drive says that it stands, and motion while it does not', () => {
    expect(stateOf(atRest({ actualVelocity: RPM })).moving).toBe(false);
    expect(stateOf(atRest({ actualVelocity: RPM, runState: 4 })).moving).toBe(true);
    expect(stateOf(atRest({ actualVelocity: 2 * RPM })).moving).toBe(true);
  });

  test('a run state that could not be queried tells nothing', () => {
    expect(stateOf(atRest({ runState: 0 })).moving).toBeNull();
    expect(refusalOf(moveTo(), atRest({ runState: 0 }))).toBe('wrong-state');
  });
});

describe('moving an MKS drive', () => {
  test('a move is one block that starts as it is written, proved by motion', () => {
    const steps = stepsOf(moveTo());

    expect(framesOf(steps)).toEqual(['F5 EC 12C 2 8000']);
    expect(steps.map((step) => step.do)).toEqual(['trigger']);
    expect(steps[0]).toMatchObject({ proof: [2, 3, 4].map((equals) => ({ signal: 'runState', equals })) });
  });

  test('a new target while it moves is the same block; nothing could prove it, so nothing is claimed', () => {
    const [step] = stepsOf(moveTo({ target: Counts(-1) }), MOVING);

    expect(framesOf([step!])).toEqual(['F5 EC 12C FFFF FFFF']);
    expect(step).toMatchObject({ do: 'trigger', proof: [] });
  });

  test('turning is a move to the end of the coordinates, so that one ramped stop fits everything', () => {
    expect(framesOf(stepsOf(turn(60 * RPM)))).toEqual(['F5 EC 3C 7FFF FFFF']);
    expect(framesOf(stepsOf(turn(-60 * RPM), MOVING))).toEqual(['F5 EC 3C 8000 0']);
    expect(framesOf(stepsOf(turn(0), MOVING))).toEqual(['F5 EC 0 0 1388']);
    expect(refusalOf(turn(60 * RPM), atRest({ actualPosition: 0x8000_0000 }))).toBe('wrong-state');
  });

  test('the gentlest ramp that a block may carry is code 1: code 0 would be a step without any ramp', () => {
    const gentle = moveTo({ acceleration: ramp(1), deceleration: ramp(1) });
    const gentler = moveTo({ acceleration: ramp(0), deceleration: ramp(0) });

    expect(framesOf(stepsOf(gentle))).toEqual(['F5 1 12C 2 8000']);
    expect(() => framesOf(stepsOf(gentler))).toThrow(/not among what the drive takes/);
  });

  test('two different ramps are refused: the block has one', () => {
    expect(refusalOf(moveTo({ deceleration: ramp(200) }), atRest())).toBe('unsupported');
  });

  test.each([
    ['disabled', atRest({ enableState: 0 }), 'wrong-state'],
    ['stalled', STALLED, 'fault'],
    ['homing', atRest({ runState: 5 }), 'wrong-state'],
    ['calibrating', atRest({ runState: 6 }), 'wrong-state'],
    ['unknown', {}, 'wrong-state'],
  ] as const)('a drive that is %s is not moved', (_, signals, reason) => {
    for (const intent of [moveTo(), turn(RPM), home]) expect(refusalOf(intent, signals)).toBe(reason);
  });
});

describe('stopping an MKS drive', () => {
  test('a stop ramps down where it stands, and goes on holding', () => {
    expect(framesOf(stepsOf(quickStop, MOVING))).toEqual(['F5 F6 0 0 1388']);
    expect(framesOf(stepsOf(halt, MOVING))).toEqual(['F5 F6 0 0 1388']);
    expect(framesOf(stepsOf({ ...halt, ramp: ramp(100) }, MOVING))).toEqual(['F5 64 0 0 1388']);
  });

  test.each([
    ['nothing was read', {}],
    ['it homes', atRest({ runState: 5 })],
    ['it calibrates', atRest({ runState: 6 })],
    ['its run state could not be queried', atRest({ runState: 0 })],
    ['the shaft has no power', atRest({ enableState: 0, runState: 4 })],
  ])('it is stopped at once where %s', (_, signals) => {
    expect(framesOf(stepsOf(quickStop, signals))).toEqual(['F7 1']);
  });

  test('a ramp that was not obeyed is followed by a stop at once; one that is, is not', () => {
    expect([2, 4, 5, 6, 0].map(harder)).toEqual(Array.from({ length: 5 }, () => ['F7 1']));
    expect([harder(3), harder(1)]).toEqual([[], []]);
  });

  test('a stop is never refused for a number: any ramp and any position fit', () => {
    const far = { ...MOVING, actualPosition: 2 ** 40 };

    expect(framesOf(stepsOf({ ...quickStop, deceleration: 1e12 }, far))).toEqual(['F5 FF 0 0 0']);
    expect(framesOf(stepsOf({ ...quickStop, deceleration: 1 }, MOVING))).toEqual(['F5 1 0 0 1388']);
  });

  test('no stop contains a frame that may start motion', () => {
    for (const now of [{}, atRest(), MOVING, STALLED]) {
      for (const step of stepsOf(quickStop, now)) expect(step.do).toBe('command');
    }
  });
});

describe('power and reference of an MKS drive', () => {
  test('enabling needs no target, because none waits in the drive', () => {
    expect(framesOf(stepsOf({ kind: 'enable' }, atRest({ enableState: 0 })))).toEqual(['F3 1']);
    expect(stepsOf({ kind: 'enable' })).toEqual([]);
    expect(refusalOf({ kind: 'enable' }, STALLED)).toBe('fault');
  });

  test('a moving drive is brought to rest before its power is taken away', () => {
    const steps = stepsOf({ kind: 'disable', deceleration: ramp(246) }, MOVING);

    expect(framesOf(steps)).toEqual(['F5 F6 0 0 1388', 'F3 0']);
    expect(steps.map((step) => step.do)).toEqual(['command', 'await', 'command', 'await']);
    expect(framesOf(stepsOf({ kind: 'disable' }))).toEqual(['F3 0']);
  });

  test('a stall is released, and the shaft stays without power', () => {
    expect(framesOf(stepsOf({ kind: 'resetFault' }, STALLED))).toEqual(['3D 1']);
    expect(stepsOf({ kind: 'resetFault' })).toEqual([]);
  });

  test('homing runs as it was set up in the drive, and begins only when the drive says so', () => {
    const steps = stepsOf(home);

    expect(framesOf(steps)).toEqual(['91 1']);
    expect(steps.map((step) => step.do)).toEqual(['trigger', 'await']);
    expect(refusalOf({ ...home, method: 19 }, atRest())).toBe('unsupported');
    expect(refusalOf({ ...home, position: Counts(100) }, atRest())).toBe('unsupported');
    expect(refusalOf(home, MOVING)).toBe('wrong-state');
  });

  test('the result of an earlier homing does not prove that another one began', () => {
    const [trigger] = stepsOf(home, atRest({ homingResult: 1 }));

    expect(trigger).toMatchObject({ do: 'trigger' });
    for (const condition of trigger?.do === 'trigger' ? trigger.proof : []) {
      expect(condition).not.toMatchObject({ signal: 'homingResult', equals: 1 });
    }
  });

  test('the position can be set to 0 and to nothing else', () => {
    const steps = stepsOf({ kind: 'setPosition', position: Counts(0) });

    expect(framesOf(steps)).toEqual(['92 1']);
    expect(refusalOf({ kind: 'setPosition', position: Counts(7) }, atRest())).toBe('unsupported');
  });

  test('and it has been set when a reading shows so, give or take what a held shaft trembles', () => {
    const wait = stepsOf({ kind: 'setPosition', position: Counts(0) }).find((step) => step.do === 'await')!;
    const shows = (position: number): boolean => wait.until.some(({ mask, equals }) => (position & mask) === equals);

    expect([-64, -1, 0, 5, 63].map(shows)).toEqual([true, true, true, true, true]);
    expect([-65, 64, 5000, -5000].map(shows)).toEqual([false, false, false, false]);
  });

  test('the watchdog is written and not read back: the drive cannot show it', () => {
    const wanted = { watchdogMs: 750, quickStopDeceleration: 1 };

    expect(scheme.configuration(profile, wanted)).toEqual([{ do: 'write', values: { watchdogTimeout: 750 } }]);
    expect(scheme.configuration(profile, { ...wanted, watchdogMs: null })).toEqual([]);
  });
});
