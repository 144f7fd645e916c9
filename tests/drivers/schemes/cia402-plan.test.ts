import { describe, expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import { shippedProfile, SignalName, type Profile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent, type Plan, type Step } from '../../../drivers/schemes/index.ts';

const profile = shippedProfile('kpower-reference');
const scheme = schemeOf(profile);

const SWITCH_ON_DISABLED = 0x0240;
const READY = 0x0221;
const SWITCHED_ON = 0x0223;
const ENABLED = 0x0227;
const QUICK_STOP = 0x0207;
const FAULT = 0x0208;
const FAULT_REACTION = 0x020f;

/** At rest, enabled, in profile position, bit 4 low, no halt. */
const atRest: Signals = {
  statusword: ENABLED,
  modeDisplay: 1,
  actualPosition: 777,
  actualVelocity: 0,
  controlword: 0x0f,
  setpointCounter: 3,
};

const setpoint = { target: Counts(5000), velocity: 1000, acceleration: 2000, deceleration: 3000 };
const intents = {
  enable: { kind: 'enable' },
  disable: { kind: 'disable' },
  resetFault: { kind: 'resetFault' },
  moveTo: { kind: 'moveTo', ...setpoint },
  arm: { kind: 'arm', group: 7, ...setpoint },
  startArmed: { kind: 'startArmed' },
  disarm: { kind: 'disarm' },
  moveVelocity: { kind: 'moveVelocity', velocity: -500, acceleration: 2000, deceleration: 3000 },
  home: { kind: 'home', method: 19, position: Counts(100), fast: 1000, slow: 100, acceleration: 5000 },
  setPosition: { kind: 'setPosition', position: Counts(42) },
  halt: { kind: 'halt' },
  quickStop: { kind: 'quickStop' },
} as const satisfies Record<DriveIntent['kind'], DriveIntent>;

const MOVING = ['moveTo', 'arm', 'startArmed', 'moveVelocity', 'home', 'setPosition', 'halt'] as const;

function stepsOf(intent: DriveIntent, now: Signals = atRest): readonly Step[] {
  const plan: Plan = scheme.plan(intent, now, profile);
  if (!plan.ok) throw new Error(`${plan.reason}: ${plan.detail}`);
  return plan.steps;
}

/** What a command or a trigger writes. */
function frameOf(step: Extract<Step, { do: 'command' | 'trigger' }>): {
  readonly signal: string;
  readonly value: number;
} {
  if (step.do === 'command') return step;
  const [[signal, value]] = Object.entries(step.values) as [[string, number]];
  return { signal, value };
}

/** Steps in few words: what is written where, what is waited for. */
function story(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    if (step.do === 'await') return `await ${step.what}`;
    if (step.do === 'write' || step.do === 'verify') return `${step.do} ${Object.keys(step.values).join(' ')}`;
    const { signal, value } = frameOf(step);
    return `${step.do} ${signal} ${value.toString(16)}`;
  });
}

/** Writes of a velocity that would move the motor without being a trigger. */
function actingWrites(now: Signals): readonly Step[] {
  let isHeld = ((now.controlword ?? 0) & 0x100) !== 0;
  let mode = now.modeDisplay;
  return stepsOf(intents.moveVelocity, now).filter((step) => {
    if (step.do === 'command' && step.signal === 'controlword') isHeld = (step.value & 0x100) !== 0;
    if (step.do === 'command' && step.signal === 'modeOfOperation') mode = step.value;
    return step.do === 'write' && (step.values.targetVelocity ?? 0) !== 0 && mode === 3 && !isHeld;
  });
}

/** Frames whose kind does not say whether they may move the axis. */
function wronglyMarked(intent: DriveIntent, controlword: number): readonly Step[] {
  let last = controlword;
  return stepsOf(intent, { ...atRest, controlword, armGroup: 7 }).filter((step) => {
    if (step.do !== 'command' && step.do !== 'trigger') return false;
    const { signal, value } = frameOf(step);
    if (signal !== 'controlword') return false;
    const staysEnabled = (value & 0x0f) === 0x0f;
    const mayMove = (value & ~last & 0x10) !== 0 || (last & ~value & 0x100) !== 0;
    last = value;
    return (staysEnabled && mayMove) !== (step.do === 'trigger');
  });
}

const PARAMETERS = 'targetPosition profileVelocity profileAcceleration profileDeceleration';
const HANDSHAKE = [
  'trigger controlword 3f',
  'await the set-point to be acknowledged',
  'command controlword f',
  'await the set-point acknowledge to fall',
];

describe('enabling', () => {
  test('walks hop by hop, and clears every target before the power comes on', () => {
    expect(story(stepsOf(intents.enable, { ...atRest, statusword: SWITCH_ON_DISABLED }))).toEqual([
      'command controlword 6',
      'await ready to switch on',
      'write targetPosition targetVelocity armGroup',
      'verify targetPosition targetVelocity armGroup',
      'command controlword 7',
      'await switched on',
      'command controlword f',
      'await operation enabled',
    ]);
  });

  test.each([SWITCH_ON_DISABLED, READY, SWITCHED_ON, QUICK_STOP])(
    'from %i the targets are the present position and velocity 0, with bits 4 and 8 low throughout',
    (statusword) => {
      const steps = stepsOf(intents.enable, { ...atRest, statusword });

      const enabled = steps.findIndex((step) => step.do === 'command' && step.value === 0x0f);
      const verified = steps.findIndex((step) => step.do === 'verify');
      expect(steps.find((step) => step.do === 'write')?.values).toEqual({
        targetPosition: 777,
        targetVelocity: 0,
        armGroup: 0,
      });
      expect(verified).toBeLessThan(enabled);
      expect(steps.filter((step) => step.do === 'command' && (step.value & 0x110) !== 0)).toEqual([]);
      expect(steps.some((step) => step.do === 'trigger')).toBe(false);
    },
  );

  test('every hop has a deadline and ends at once on a fault', () => {
    const waits = stepsOf(intents.enable, { ...atRest, statusword: SWITCH_ON_DISABLED }).filter(
      (step) => step.do === 'await',
    );

    expect(waits).toHaveLength(3);
    for (const { withinMs, failIf } of waits) {
      expect(withinMs).toBeLessThanOrEqual(3000);
      expect(failIf?.map(({ equals }) => equals)).toEqual([0x08, 0x0f]);
    }
  });

  test('never resets a fault by the way', () => {
    for (const statusword of [FAULT, FAULT_REACTION]) {
      expect(scheme.plan(intents.enable, { ...atRest, statusword }, profile)).toMatchObject({
        ok: false,
        reason: 'fault',
      });
    }
  });

  test('out of a quick stop waits for rest and takes transition 16, so that the load never hangs free', () => {
    const moving = scheme.plan(intents.enable, { ...atRest, statusword: QUICK_STOP, actualVelocity: -400 }, profile);

    expect(moving).toMatchObject({ ok: false, reason: 'wrong-state' });
    expect(story(stepsOf(intents.enable, { ...atRest, statusword: QUICK_STOP }))).toEqual([
      'write targetPosition targetVelocity armGroup',
      'verify targetPosition targetVelocity armGroup',
      'command controlword f',
      'await operation enabled',
    ]);
  });

  test('has nothing to do when it is enabled, and does nothing when the state is unknown', () => {
    expect(stepsOf(intents.enable)).toEqual([]);
    expect(scheme.plan(intents.enable, {}, profile)).toMatchObject({ ok: false, reason: 'wrong-state' });
  });
});

describe('disabling and resetting', () => {
  test('ramps down before the power goes', () => {
    expect(story(stepsOf(intents.disable))).toEqual([
      'command controlword 7',
      'await operation disabled',
      'command controlword 0',
      'await switch on disabled',
    ]);
  });

  test('a fault is reset by a clean edge that is lowered again, and does not enable', () => {
    expect(story(stepsOf(intents.resetFault, { ...atRest, statusword: FAULT, errorCode: 0x8611 }))).toEqual([
      'command controlword 0',
      'command controlword 80',
      'await the fault to be cleared',
      'command controlword 0',
    ]);
  });

  test('a fault that only a power cycle clears is refused with its remedy', () => {
    expect(scheme.plan(intents.resetFault, { ...atRest, statusword: FAULT, errorCode: 0x7305 }, profile)).toEqual({
      ok: false,
      reason: 'fault',
      detail: expect.stringMatching(/Encoder fault: .*off and on/) as string,
    });
  });
});

describe('profile position', () => {
  test('parameters are verified before the edge, which is a frame of its own; the acknowledge is awaited', () => {
    expect(story(stepsOf(intents.moveTo))).toEqual([`write ${PARAMETERS}`, `verify ${PARAMETERS}`, ...HANDSHAKE]);
  });

  test('a left-over acknowledge must fall first: it would pass for that of this set-point', () => {
    expect(story(stepsOf(intents.moveTo, { ...atRest, statusword: ENABLED | 0x1000 }))).toEqual([
      `write ${PARAMETERS}`,
      `verify ${PARAMETERS}`,
      'await the set-point acknowledge to fall',
      ...HANDSHAKE,
    ]);
  });

  test('bit 4 left high by an interrupted handshake is lowered first, or there would be no edge', () => {
    expect(story(stepsOf(intents.moveTo, { ...atRest, controlword: 0x3f }))[0]).toBe('command controlword f');
  });

  test('the mode is switched only when it is another one, and then awaited', () => {
    expect(story(stepsOf(intents.moveTo, { ...atRest, modeDisplay: 3 }))).toEqual([
      'command modeOfOperation 1',
      'await mode of operation 1',
      `write ${PARAMETERS}`,
      `verify ${PARAMETERS}`,
      'await the set-point acknowledge to fall',
      ...HANDSHAKE,
    ]);
  });

  test('under halt the new target is written before halt falls, and halt falls only with the new set-point', () => {
    const steps = stepsOf(intents.moveTo, { ...atRest, controlword: 0x10f });

    const written = steps.findIndex((step) => step.do === 'verify');
    const lowered = steps.findIndex(
      (step) =>
        (step.do === 'command' || step.do === 'trigger') &&
        frameOf(step).signal === 'controlword' &&
        !(frameOf(step).value & 0x100),
    );
    expect(written).toBeLessThan(lowered);
    expect(steps[lowered]).toMatchObject({ do: 'trigger', values: { controlword: 0x3f } });
  });

  test('when nobody knows the controlword, halt is kept rather than lowered', () => {
    const { controlword: _, ...unknown } = atRest;

    expect(story(stepsOf(intents.moveTo, unknown))[0]).toBe('command controlword 10f');
  });

  test('a move while another runs replaces it at once (bit 5), and is absolute (bit 6 low)', () => {
    const trigger = stepsOf(intents.moveTo, { ...atRest, actualVelocity: 900 }).find((step) => step.do === 'trigger');

    expect(frameOf(trigger!).value & 0x60).toBe(0x20);
  });

  test('the acknowledge ends at once when the drive leaves Operation enabled', () => {
    const wait = stepsOf(intents.moveTo).find((step) => step.do === 'await');

    expect(wait!.failIf!.map(({ equals }) => equals).toSorted((a, b) => a - b)).toEqual([0x07, 0x08, 0x0f, 0x40]);
  });
});

describe('arming', () => {
  test('target and group go together, are verified, and nothing triggers', () => {
    expect(story(stepsOf(intents.arm))).toEqual([`write ${PARAMETERS} armGroup`, `verify ${PARAMETERS} armGroup`]);
  });

  test('from another mode the mode comes first, because a mode change disarms', () => {
    const told = story(stepsOf(intents.arm, { ...atRest, modeDisplay: 6, statusword: ENABLED | 0x1400 }));

    expect(told.indexOf('await mode of operation 1')).toBeLessThan(told.indexOf(`write ${PARAMETERS} armGroup`));
  });

  test('a pending halt is lowered first, with the own position as the target', () => {
    const steps = stepsOf(intents.arm, { ...atRest, controlword: 0x10f });

    expect(steps[0]).toMatchObject({ do: 'write', values: { targetPosition: 777 } });
    expect(story(steps)).toEqual([
      `write ${PARAMETERS}`,
      `verify ${PARAMETERS}`,
      ...HANDSHAKE,
      `write ${PARAMETERS} armGroup`,
      `verify ${PARAMETERS} armGroup`,
    ]);
    expect(scheme.plan(intents.arm, { ...atRest, controlword: 0x10f, actualVelocity: 500 }, profile)).toMatchObject({
      ok: false,
      reason: 'wrong-state',
    });
  });

  test('the own start asks the drive whether it is still armed, and the drive decides', () => {
    expect(scheme.alsoNeeds(intents.startArmed)).toEqual(['armGroup']);
    expect(scheme.plan(intents.startArmed, { ...atRest, armGroup: 0 }, profile)).toMatchObject({ ok: false });
    expect(story(stepsOf(intents.startArmed, { ...atRest, armGroup: 7 }))).toEqual([
      'trigger groupTrigger 7',
      'await the armed set-point to be taken',
    ]);
  });

  test('disarming is verified', () => {
    expect(story(stepsOf(intents.disarm))).toEqual(['command armGroup 0', 'verify armGroup']);
  });
});

describe('profile velocity', () => {
  const RUN = 'profileAcceleration profileDeceleration targetVelocity';

  test('a stale target velocity is cleared before the mode is entered; halt holds until the new one is verified', () => {
    expect(story(stepsOf(intents.moveVelocity))).toEqual(
      [
        'write targetVelocity',
        'verify targetVelocity',
        'command modeOfOperation 3',
        'await mode of operation 3',
        'command controlword 10f',
        'write profileAcceleration profileDeceleration targetVelocity',
        'verify profileAcceleration profileDeceleration targetVelocity',
        'trigger controlword f',
      ].map((line) => line.replace('profileAcceleration profileDeceleration targetVelocity', RUN)),
    );
  });

  test('a turning motor takes the new velocity without a pause, by a trigger', () => {
    expect(story(stepsOf(intents.moveVelocity, { ...atRest, modeDisplay: 3, actualVelocity: 300 }))).toEqual([
      'write profileAcceleration profileDeceleration',
      'verify profileAcceleration profileDeceleration',
      'trigger targetVelocity -1f4',
      'verify targetVelocity',
    ]);
  });

  test('no velocity is written where the mode acts on it at once, unless halt holds', () => {
    const situations = [0x0f, 0x10f].flatMap((controlword) =>
      [1, 3].flatMap((modeDisplay) =>
        [0, 300].map((actualVelocity): Signals => ({ ...atRest, controlword, modeDisplay, actualVelocity })),
      ),
    );

    expect(situations.flatMap((now) => actingWrites(now))).toEqual([]);
  });
});

describe('homing', () => {
  test('disarms, writes and verifies, switches the mode, starts by an edge and leaves bit 4 high', () => {
    const told = story(stepsOf(intents.home));

    expect(told).toEqual([
      'command armGroup 0',
      'write homingMethod homingSpeedFast homingSpeedSlow homingAcceleration homeOffset',
      'verify homingMethod homingSpeedFast homingSpeedSlow homingAcceleration homeOffset',
      'command modeOfOperation 6',
      'await mode of operation 6',
      'trigger controlword 1f',
      'await homing to start',
    ]);
  });

  test('what the axis reads at the reference goes out with its own sign', () => {
    const write = stepsOf(intents.home).find((step) => step.do === 'write');

    expect(write!.values.homeOffset).toBe(100);
  });

  test('"attained" of an earlier homing is not believed right after the start', () => {
    const wait = stepsOf(intents.home).at(-1);

    expect(wait).toMatchObject({ do: 'await', settleMs: 50 });
  });

  test('a set position uses method 37, never a search, and lowers bit 4 again', () => {
    const steps = stepsOf(intents.setPosition);

    expect(steps.find((step) => step.do === 'write')?.values).toEqual({ homingMethod: 37, homeOffset: 42 });
    expect(story(steps).at(-1)).toBe('command controlword f');
  });

  test('older drives take method 35, others refuse', () => {
    const knowing = (homingMethods: number[]): Profile => ({
      ...profile,
      homingMethods,
    });

    expect(scheme.plan(intents.setPosition, atRest, knowing([19, 35]))).toMatchObject({ ok: true });
    expect(scheme.plan(intents.setPosition, atRest, knowing([19]))).toMatchObject({ ok: false, reason: 'unsupported' });
    expect(scheme.plan({ ...intents.home, method: 24 }, atRest, profile)).toMatchObject({
      ok: false,
      reason: 'unsupported',
    });
  });

  test('starts only from rest', () => {
    for (const intent of [intents.home, intents.setPosition]) {
      expect(scheme.plan(intent, { ...atRest, actualVelocity: 500 }, profile)).toMatchObject({ reason: 'wrong-state' });
    }
  });

  test('no move breaks into a running homing', () => {
    const homing = { ...atRest, modeDisplay: 6, controlword: 0x1f };

    for (const kind of ['moveTo', 'arm', 'moveVelocity'] as const) {
      expect(scheme.plan(intents[kind], homing, profile)).toMatchObject({ ok: false, reason: 'wrong-state' });
    }
  });
});

describe('stopping', () => {
  test('halt sets bit 8 and stays enabled; a quick stop lowers bit 2 and needs to know nothing', () => {
    expect(story(stepsOf(intents.halt))).toEqual(['command controlword 10f']);
    expect(stepsOf({ kind: 'halt', ramp: 5000, deceleration: 9000 })).toEqual([
      { do: 'write', values: { profileDeceleration: 5000 } },
      { do: 'verify', values: { profileDeceleration: 5000 } },
      { do: 'command', signal: 'controlword', value: 0x10f },
    ]);
    expect(story(stepsOf(intents.quickStop, {}))).toEqual(['command controlword 2']);
  });
});

describe('every plan', () => {
  test('of a motion is refused in every state but Operation enabled', () => {
    for (const statusword of [SWITCH_ON_DISABLED, READY, SWITCHED_ON, QUICK_STOP, FAULT, FAULT_REACTION, 0, 0x6f]) {
      for (const kind of MOVING) {
        expect(scheme.plan(intents[kind], { ...atRest, statusword, armGroup: 7 }, profile).ok).toBe(false);
      }
    }
  });

  test('marks as a trigger what may move: edges of bit 4 and lowering halt while enabled; and nothing but that', () => {
    const wrong = Object.values(intents).flatMap((intent) =>
      [0x0f, 0x10f, 0x3f, 0x1f].flatMap((controlword) => wronglyMarked(intent, controlword)),
    );

    expect(wrong).toEqual([]);
  });

  test('follows each write of parameters by its verification, before any trigger', () => {
    const unverified = Object.values(intents).flatMap((intent) => {
      const steps = stepsOf(intent, { ...atRest, armGroup: 7 });
      return steps.filter(
        (step, index) =>
          step.do === 'write' && JSON.stringify(steps[index + 1]) !== JSON.stringify({ ...step, do: 'verify' }),
      );
    });

    expect(unverified).toEqual([]);
  });

  test('is refused as unsupported when the profile lacks a register of its verb', () => {
    for (const signal of SignalName.options) {
      const { [signal]: _, ...registers } = profile.registers;
      const poorer: Profile = { ...profile, registers };
      for (const verb of profile.verbs) {
        if (scheme.verbs(poorer).has(verb)) continue;
        expect(scheme.plan(intents[verb], atRest, poorer)).toMatchObject({ ok: false, reason: 'unsupported' });
      }
    }
    expect(scheme.verbs(profile)).toEqual(new Set(profile.verbs));
  });
});

describe('the configuration', () => {
  test('sets quick-stop ramp, quick-stop option "stay" and watchdog, verified', () => {
    const values = { quickStopDeceleration: 400_000, quickStopOption: 6, watchdogTimeout: 500 };

    expect(scheme.configuration(profile, { watchdogMs: 500, quickStopDeceleration: 400_000 })).toEqual([
      { do: 'write', values },
      { do: 'verify', values },
    ]);
  });

  test('leaves out what the drive does not have', () => {
    const bare: Profile = { ...profile, registers: {} };

    expect(scheme.configuration(bare, { watchdogMs: 500, quickStopDeceleration: 1 })).toEqual([]);
  });
});
