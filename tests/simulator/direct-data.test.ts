import { describe, expect, test } from 'vitest';
import { shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { meet, type PlainMaster } from '../support/plain-master.ts';

// What an Oriental drive does on the wire, asked in its own words and not through the scheme.

const profile = shippedProfile('oriental-blvr-az');
const SERVO_ON = 1 << 0;
const READY = 1 << 3;
const COORDINATES = 1 << 4;
const ALARM = 1 << 7;
const BUSY = 1 << 8;
const IN_POSITION = 1 << 9;
const MOVING = 1 << 13;

async function enabled(options: Parameters<typeof meet>[1] = {}): Promise<PlainMaster> {
  const master = await meet(profile, options);
  await master.say('01 06 00 7D 00 01');
  await master.clock.advance(50);
  return master;
}
/** With coordinates: its position is 0 where it stands. */
async function coordinated(options: Parameters<typeof meet>[1] = {}): Promise<PlainMaster> {
  const master = await enabled(options);
  await master.set({ positionPreset: 1 });
  return master;
}
const outputs = async (master: PlainMaster, mask: number): Promise<number> => (await master.get('statusword')) & mask;

/** 10 revolutions at 600 r/min, in steps. */
const MOVE: Signals = {
  operationType: 1,
  targetPosition: 360_000,
  profileVelocity: 360_000,
  profileAcceleration: 1_440_000,
  profileDeceleration: 1_440_000,
  torqueLimit: 1000,
};

async function turning(): Promise<PlainMaster> {
  const master = await coordinated();
  await master.set({ ...MOVE, operationType: 16 });
  await master.set({ directDataTrigger: 10 });
  await master.clock.advance(1000);
  return master;
}
const reset = async (master: PlainMaster): Promise<void> => {
  await master.set({ alarmReset: 0 });
  await master.set({ alarmReset: 1 });
};

describe('outputs', () => {
  test('after power-up there is no power and nothing is ready; S-ON brings both, one after the other', async () => {
    const master = await meet(profile);
    const atFirst = await outputs(master, SERVO_ON | READY | COORDINATES);
    await master.say('01 06 00 7D 00 01');
    await master.clock.advance(50);
    expect([atFirst, await outputs(master, SERVO_ON | READY | COORDINATES)]).toEqual([0, SERVO_ON | READY]);
    expect(master.motions()).toEqual([]);
  });

  test('a positioning shows MOVE, then IN-POS; a stopped one does not', async () => {
    const master = await coordinated();
    await master.set(MOVE);
    await master.set({ directDataTrigger: 10 });
    const during = await outputs(master, MOVING | IN_POSITION | READY);
    await master.clock.advance(3000);
    const after = await outputs(master, MOVING | IN_POSITION | READY);
    await master.set({ targetPosition: 0 });
    await master.set({ directDataTrigger: 10 });
    await master.clock.advance(300);
    await master.set({ stopCommand: 2 });
    await master.clock.advance(1000);

    expect(during).toBe(MOVING | READY);
    expect(after).toBe(IN_POSITION | READY);
    expect(await outputs(master, MOVING | IN_POSITION | READY)).toBe(READY);
  });

  test('STOP and QSTOP are levels: while one is high nothing starts', async () => {
    const master = await coordinated();
    for (const word of ['21', '11']) {
      await master.say(`01 06 00 7D 00 ${word}`);
      expect(await outputs(master, READY)).toBe(0);
      await expect(master.set({ directDataTrigger: 10 })).rejects.toThrow('exception 4');
    }
    await master.say('01 06 00 7D 00 01');
    expect(await outputs(master, READY)).toBe(READY);
  });
});

describe('the trigger', () => {
  test('is what starts: the parameters before it move nothing', async () => {
    const master = await coordinated();
    await master.set(MOVE);
    await master.clock.advance(500);
    expect(master.motions()).toEqual([]);
  });

  test('clears itself and starts again with the same value; where it does not, it must change', async () => {
    for (const [clears, starts] of [
      [1, 3],
      [0, 1],
    ] as const) {
      const master = await coordinated();
      await master.set({ triggerAutoClear: clears });
      // relative to what is demanded: each start adds up
      await master.set({ ...MOVE, operationType: 2, targetPosition: 3600 });
      for (let times = 0; times < 3; times++) {
        await master.set({ directDataTrigger: 10 });
        await master.clock.advance(500);
      }
      expect(await master.say('01 03 00 66 00 02')).toBe(`01 03 04 00 00 00 ${clears === 1 ? '00' : '0A'}`);
      expect(await master.get('demandPosition')).toBe(3600 * starts);
    }
  });

  /** All of them 10 revolutions a second, reached in one. */
  test.each([
    ['r/min, and ms to the velocity', { trigger: 1, velocity: 600, ramp: 1000 }],
    ['r/min, and r/min per second', { trigger: 4, velocity: 600, ramp: 600 }],
    ['steps', { trigger: 10, velocity: 360_000, ramp: 360_000 }],
    ['steps/s, and ms', { trigger: 12, velocity: 360_000, ramp: 1000 }],
    ['r/min of the motor shaft, and r/min per second', { trigger: 16, velocity: 600, ramp: 600 }],
  ])('understands the block by its value: %s', async (_, { trigger, velocity, ramp }) => {
    const master = await enabled();
    await master.set({
      operationType: 16,
      profileVelocity: velocity,
      profileAcceleration: ramp,
      profileDeceleration: ramp,
    });
    await master.set({ directDataTrigger: trigger });
    await master.clock.advance(450);
    const halfWay = master.plant().velocity;
    await master.clock.advance(1000);
    expect(halfWay / 360_000).toBeGreaterThan(0.35);
    expect(halfWay / 360_000).toBeLessThan(0.65);
    expect(master.plant().velocity).toBeCloseTo(360_000, -4);
  });

  test('below 0 stays, and starts whenever its field is written', async () => {
    const master = await enabled();
    await master.set({ operationType: 16, profileVelocity: 0 });
    await master.set({ directDataTrigger: -4 });
    await master.set({ profileVelocity: 300 });
    await master.clock.advance(1500);
    const first = master.plant().velocity;
    await master.set({ profileVelocity: -300 });
    await master.clock.advance(1500);
    expect([first, master.plant().velocity].map((velocity) => Math.round(velocity / 6000))).toEqual([30, -30]);
  });

  test('with a lifetime stops and raises alarm 85h unless the next operation comes in time', async () => {
    const master = await enabled();
    await master.set({ operationType: 16, profileVelocity: 300 });
    const LIFETIME_500 = 500 * 0x1_0000;
    for (let times = 0; times < 4; times++) {
      await master.set({ directDataTrigger: LIFETIME_500 + 1 });
      await master.clock.advance(300);
    }
    const kept = await outputs(master, ALARM | MOVING);
    // other questions do not prolong it
    for (let times = 0; times < 6; times++) {
      await master.get('actualPosition');
      await master.clock.advance(300);
    }
    expect(kept).toBe(MOVING);
    expect([await outputs(master, ALARM | MOVING), await master.get('errorCode')]).toEqual([ALARM, 0x85]);
    expect(master.plant().velocity).toBe(0);
  });

  test('out of its range is refused, as are parameters out of theirs; what was good in the frame stands', async () => {
    const master = await enabled();
    await expect(master.say('01 10 00 66 00 02 04 00 00 00 14')).resolves.toBe('01 90 04');
    // a velocity above 4 000 000, and a good acceleration
    expect(await master.say('01 10 00 5E 00 04 08 00 FF FF FF 00 00 01 F4')).toBe('01 90 04');
    expect([await master.get('profileVelocity'), await master.get('profileAcceleration')]).toEqual([0, 500]);
  });

  test('is answered as if all were well where errors are hidden, and still starts nothing', async () => {
    const master = await meet(profile);
    await master.set({ slaveErrorResponse: 0 });
    await master.set({ ...MOVE, operationType: 16 });
    expect(await master.say('01 10 00 66 00 02 04 00 00 00 0A')).toBe('01 10 00 66 00 02');
    await master.clock.advance(500);
    expect(master.motions()).toEqual([]);
  });

  test('overrides the operation under way, or waits behind it in the buffer', async () => {
    for (const [destination, way] of [
      [0, [36_000]],
      [1, [360_000, 36_000]],
    ] as const) {
      const master = await coordinated();
      await master.set({ directDataDestination: destination });
      await master.set(MOVE);
      await master.set({ directDataTrigger: 10 });
      await master.clock.advance(300);
      await master.set({ targetPosition: 36_000 });
      await master.set({ directDataTrigger: 10 });
      const seen = new Set<number>();
      for (let times = 0; times < 40; times++) {
        await master.clock.advance(100);
        seen.add(await master.get('targetMonitor'));
      }
      expect([...seen]).toEqual(way);
      expect(await master.get('demandPosition')).toBe(36_000);
    }
  });

  test('of a number copies stored data into the block, but not over the rest of its own frame', async () => {
    const master = await enabled();
    await master.set({ profileAcceleration: 77, profileVelocity: 88 });
    await master.set({ directDataNumber: 3, operationType: 1, targetPosition: 5 });
    const seen = [
      await master.get('targetPosition'),
      await master.get('profileVelocity'),
      await master.get('profileAcceleration'),
    ];
    expect(seen).toEqual([5, 0, 1000]);
  });
});

describe('stops', () => {
  test.each([
    ['at once', 1, 300],
    ['on the ramp of the operation', 2, 500],
    ['as QSTOP does', 3, 700],
    ['as STOP does', 4, 500],
  ])('%s, and the command goes back to 0', async (_, how, withinMs) => {
    const master = await coordinated();
    await master.set({ ...MOVE, operationType: 16, profileDeceleration: 900_000 });
    await master.set({ directDataTrigger: 10 });
    await master.clock.advance(1000);
    await master.set({ stopCommand: how });
    await master.clock.advance(withinMs + 100);
    expect(master.plant().velocity).toBe(0);
    expect(await master.say('01 03 01 BE 00 02')).toBe('01 03 04 00 00 00 00');
  });
});

describe('coordinates', () => {
  test('an absolute move without them raises alarm 4Ah and keeps the power, unless it is permitted', async () => {
    for (const [permitted, alarm] of [
      [0, 0x4a],
      [1, 0],
    ] as const) {
      const master = await enabled();
      await master.set({ absoluteWithoutHome: permitted });
      await master.set(MOVE);
      await master.set({ directDataTrigger: 10 });
      await master.clock.advance(3000);
      expect(await master.get('errorCode')).toBe(alarm);
      expect(await outputs(master, SERVO_ON)).toBe(SERVO_ON);
      expect(await master.get('demandPosition')).toBe(permitted * 360_000);
    }
  });

  test('the preset gives them, with the home offset as the position; not while it moves', async () => {
    const master = await enabled();
    await master.set({ homeOffset: -1234 });
    await master.set({ positionPreset: 1 });
    const set = [await master.get('demandPosition'), await outputs(master, COORDINATES)];
    await master.set({ ...MOVE, operationType: 16 });
    await master.set({ directDataTrigger: 10 });
    await master.clock.advance(300);
    await master.set({ homeOffset: 0 });
    await master.set({ positionPreset: 0 });
    await master.set({ positionPreset: 1 });

    expect(set).toEqual([-1234, COORDINATES]);
    expect(await master.get('actualPosition')).toBeGreaterThan(10_000);
  });

  const mechanics = placeMechanics({ range: [0, 360_000], homePosition: 0, homingMethod: 28, approach: 20_000 });
  test.each([
    ['three sensors', 1, 0],
    ['three sensors, the other way round', 1, 1],
    ['two sensors', 0, 0],
    ['one direction', 2, 0],
    ['a push against the wall', 3, 0],
  ])('homing with %s takes them away and gives them back', async (_, mode, direction) => {
    const master = await coordinated({ mechanics });
    await master.set({ homingMode: mode, homingDirection: direction, homingSpeedFast: 36_000, homingSpeedSlow: 6000 });
    await master.say('01 10 00 7C 00 02 04 00 10 00 01');
    const during = await outputs(master, COORDINATES | MOVING);
    await master.say('01 10 00 7C 00 02 04 00 00 00 01');
    await master.clock.advance(90_000);

    expect(during).toBe(MOVING);
    expect(await outputs(master, COORDINATES | MOVING | ALARM)).toBe(COORDINATES);
    expect(Math.abs(await master.get('actualPosition'))).toBeLessThan(600);
  });

  test('homing without a home switch ends in alarm 63h', async () => {
    const master = await enabled({ mechanics });
    master.machine.injectFault('home-switch', { atMs: master.clock.nowMs() });
    await master.set({ homingMode: 1, homingDirection: 0, homingSpeedFast: 72_000 });
    await master.say('01 10 00 7C 00 02 04 00 10 00 01');
    await master.clock.advance(60_000);
    expect([await master.get('errorCode'), await outputs(master, COORDINATES)]).toEqual([0x63, 0]);
  });
});

describe('alarms', () => {
  test('some let the shaft coast at once and need the power switched off', async () => {
    const master = await turning();
    master.machine.injectFault('over-current', { atMs: master.clock.nowMs() });
    const power = await outputs(master, SERVO_ON);
    await reset(master);
    expect([power, await master.get('errorCode')]).toEqual([0, 0x20]);
  });

  test('some brake and let go then; their reset gives power back only by a new S-ON', async () => {
    const master = await turning();
    master.machine.injectFault('stall', { atMs: master.clock.nowMs() });
    const braking = await outputs(master, SERVO_ON | ALARM | MOVING);
    await master.clock.advance(2000);
    const still = await outputs(master, SERVO_ON | ALARM | MOVING);
    await reset(master);
    await master.clock.advance(100);
    const after = await outputs(master, SERVO_ON | ALARM);
    await master.say('01 06 00 7D 00 00');
    await master.say('01 06 00 7D 00 01');
    await master.clock.advance(100);

    expect(braking).toBe(SERVO_ON | ALARM | MOVING);
    expect(still).toBe(ALARM);
    expect(after).toBe(0);
    expect(await outputs(master, SERVO_ON | READY)).toBe(SERVO_ON | READY);
  });

  test('the watchdog stops, holds, and is reset; it counts although nothing moves', async () => {
    const master = await coordinated();
    await master.set({ watchdogTimeout: 500 });
    await master.clock.advance(700);
    expect([await master.get('errorCode'), await outputs(master, SERVO_ON)]).toEqual([0x85, SERVO_ON]);
    await reset(master);
    expect(await master.get('errorCode')).toBe(0);
  });

  test('a reset is an edge: 1 that stays does nothing more, 2 works each time and shows 1', async () => {
    const master = await coordinated();
    await reset(master);
    await master.set({ watchdogTimeout: 300 });
    await master.clock.advance(500);
    await master.set({ alarmReset: 1 });
    const kept = await master.get('errorCode');
    await master.set({ alarmReset: 2 });
    expect([kept, await master.get('errorCode'), await master.get('alarmReset')]).toEqual([0x85, 0, 1]);
  });

  test('a shaft that is blocked raises one by itself', async () => {
    const master = await coordinated();
    master.machine.setLoad({ blockedAt: 20_000 });
    await master.set({ ...MOVE, targetPosition: 3_600_000 });
    await master.set({ directDataTrigger: 10 });
    await master.clock.advance(4000);
    expect([0x10, 0x30]).toContain(await master.get('errorCode'));
  });
});

describe('memory', () => {
  test('parameters are forgotten at power-off unless they are stored, which is counted and takes its time', async () => {
    const master = await meet(profile);
    await master.set({ quickStopDeceleration: 1_200_000 });
    await master.set({ saveCommand: 1 });
    const busy = await outputs(master, BUSY);
    await expect(master.set({ saveCommand: 2 })).rejects.toThrow('exception 4');
    await master.clock.advance(500);
    await master.set({ quickStopDeceleration: 60_000 });
    master.machine.injectFault('reboot', { atMs: master.clock.nowMs() });
    await master.clock.advance(2000);

    expect(busy).toBe(BUSY);
    expect(await master.get('quickStopDeceleration')).toBe(1_200_000);
    expect(await outputs(master, SERVO_ON | COORDINATES)).toBe(0);
    expect(master.machine.eepromWrites()).toBeGreaterThan(0);
  });
});

describe('refusals', () => {
  test.each([
    ['a function that it does not know', '01 04 00 7E 00 02', '01 84 01'],
    ['an address beyond the last one', '01 03 FF FE 00 04', '01 83 02'],
    ['no registers at all', '01 03 00 7E 00 00', '01 83 03'],
  ])('%s', async (_, request, answer) => {
    const master = await meet(profile);
    expect(await master.say(request)).toBe(answer);
  });

  test('a broadcast is obeyed and not answered', async () => {
    const master = await meet(profile);
    expect(await master.say('00 06 00 7D 00 01')).toBe('');
    await master.clock.advance(50);
    expect(await outputs(master, SERVO_ON)).toBe(SERVO_ON);
  });
});
