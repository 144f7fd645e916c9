import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { bytesOf, hexOf, meet, sealed, type PlainMaster } from '../support/plain-master.ts';

// What a Leadshine drive does on the wire, asked in its own words and not through the scheme.

const profile = shippedProfile('leadshine-pr-rs');
const ENABLED = 0x02;
const RUNNING = 0x04;
const COMMAND_DONE = 0x10;
const PATH_DONE = 0x20;
const HOMED = 0x40;

async function enabled(options: Parameters<typeof meet>[1] = {}): Promise<PlainMaster> {
  const master = await meet(profile, options);
  await master.say('01 06 00 0F 00 01');
  return master;
}
const shows = (master: PlainMaster): Promise<number> => master.get('pathTrigger');

/** 30 000 counts at 300 rpm, 100 ms for 1000 rpm. */
const PATH = '00 00 75 30 01 2C 00 64 00 64 00 00';

describe('the trigger', () => {
  test('shows 100h after power-up, the command until it is taken, the path while it runs, and the path when it is done', async () => {
    const master = await enabled();
    const first = await shows(master);
    await master.say(`01 10 62 00 00 07 0E 00 01 ${PATH}`);
    const untouched = master.motions();
    await master.say('01 06 60 02 00 10');
    const running = [await shows(master), (await master.get('statusword')) & 0x3f];
    await master.clock.advance(2000);

    expect([first, untouched]).toEqual([0x100, []]);
    expect(running).toEqual([0x100, ENABLED | RUNNING]);
    expect([await shows(master), (await master.get('statusword')) & 0x3f]).toEqual([
      0x000,
      ENABLED | COMMAND_DONE | PATH_DONE,
    ]);
    expect(await master.get('commandPosition')).toBe(30_000);
    expect(Math.abs((await master.get('actualPosition')) - 30_000)).toBeLessThan(3);
  });

  test('runs any of 16 paths, also those that have no name in the profile', async () => {
    const master = await enabled();
    await master.say(`01 10 62 28 00 07 0E 00 01 ${PATH}`);
    await master.say('01 06 60 02 00 15');
    expect(await shows(master)).toBe(0x105);
    await master.clock.advance(2000);
    expect([await shows(master), await master.get('commandPosition')]).toEqual([0x005, 30_000]);
  });

  test('is written along with the parameters when the special word is', async () => {
    const master = await enabled();
    const answer = await master.say(`01 10 62 00 00 08 10 00 01 ${PATH} 00 10`);
    await master.clock.advance(2000);
    expect([answer, await master.get('commandPosition')]).toEqual(['01 10 62 00 00 08', 30_000]);
  });

  test('of a drive without power lies there until the power comes, unless a stop takes its place', async () => {
    const master = await meet(profile);
    await master.say(`01 10 62 00 00 07 0E 00 01 ${PATH}`);
    await master.say('01 06 60 02 00 10');
    await master.clock.advance(100);
    const waiting = await shows(master);
    await master.say('01 06 60 02 00 40');
    await master.say('01 06 00 0F 00 01');
    await master.clock.advance(500);

    expect(waiting).toBe(0x010);
    expect(master.motions()).toEqual([]);
  });

  test('gives way to a newer path, but not where the path under way may not be interrupted', async () => {
    for (const [mode, where] of [
      ['01', 0],
      ['11', 30_000],
    ] as const) {
      const master = await enabled();
      await master.say(`01 10 62 00 00 07 0E 00 ${mode} ${PATH}`);
      await master.say('01 10 62 08 00 07 0E 00 01 00 00 00 00 01 2C 00 64 00 64 00 00');
      await master.say('01 06 60 02 00 10');
      await master.clock.advance(200);
      await master.say('01 06 60 02 00 11');
      await master.clock.advance(3000);
      expect(await master.get('commandPosition')).toBe(where);
    }
  });

  test('stops with 40h, and then the path is not done', async () => {
    const master = await enabled();
    await master.say(`01 10 62 00 00 07 0E 00 01 ${PATH}`);
    await master.say('01 06 60 02 00 10');
    await master.clock.advance(200);
    await master.say('01 06 60 02 00 40');
    await master.clock.advance(500);
    expect((await master.get('statusword')) & (RUNNING | PATH_DONE)).toBe(0);
    expect(await master.get('actualPosition')).toBeLessThan(25_000);
  });

  test('adds a relative path to what is commanded, each time anew: what our software must never send twice', async () => {
    const master = await enabled();
    await master.say(`01 10 62 00 00 07 0E 00 41 ${PATH}`);
    for (let times = 0; times < 2; times++) {
      await master.say('01 06 60 02 00 10');
      await master.clock.advance(2000);
    }
    expect(await master.get('commandPosition')).toBe(60_000);
  });

  test('calls the position 0 with 21h, and nothing moves', async () => {
    const master = await enabled();
    await master.say(`01 10 62 00 00 08 10 00 01 ${PATH} 00 10`);
    await master.clock.advance(2000);
    const before = master.motions().length;
    await master.say('01 06 60 02 00 21');
    await master.clock.advance(100);
    expect(await master.get('commandPosition')).toBe(0);
    expect(Math.abs(await master.get('actualPosition'))).toBeLessThan(3);
    expect(master.motions().length).toBe(before);
  });
});

describe('ramps and velocities', () => {
  test('a ramp is a time for 1000 rpm: 300 ms for 1000 rpm reach 500 rpm in 150 ms', async () => {
    const master = await enabled();
    await master.say('01 10 62 00 00 08 10 00 02 00 00 00 00 01 F4 01 2C 01 2C 00 00 00 10');
    await master.clock.advance(60);
    const halfWay = master.plant().velocity;
    await master.clock.advance(400);
    expect(halfWay / (500 * (10_000 / 60))).toBeGreaterThan(0.3);
    expect(halfWay / (500 * (10_000 / 60))).toBeLessThan(0.8);
    expect(master.plant().velocity).toBeCloseTo(500 * (10_000 / 60), -3);
  });

  test('a velocity is signed and goes on until it is told otherwise', async () => {
    const master = await enabled();
    await master.say('01 10 62 00 00 08 10 00 02 00 00 00 00 FF 9C 00 64 00 64 00 00 00 10');
    await master.clock.advance(3000);
    expect(master.plant().velocity).toBeCloseTo(-100 * (10_000 / 60), -3);
  });

  test('a jog word moves for 50 ms unless it is repeated', async () => {
    const master = await enabled();
    await master.say('01 06 18 01 40 02');
    await master.clock.advance(30);
    const moving = master.plant().velocity;
    await master.clock.advance(500);
    expect(moving).toBeGreaterThan(0);
    expect(master.plant().velocity).toBe(0);
  });
});

describe('homing', () => {
  const mechanics = placeMechanics({ range: [0, 50_000], homePosition: 0, homingMethod: -3, approach: 3000 });
  const HOMING = '00 00 00 00 00 00 00 00 00 C8 00 32 00 64 00 64';

  test.each([
    ['the limit switch on the negative side', '00'],
    ['the limit switch on the positive side', '01'],
    ['the home switch, downwards', '04'],
    ['the home switch, upwards', '05'],
    ['a wall downwards', '0C'],
    ['a wall upwards', '0D'],
  ])('finds %s and shows 0 there; "homed" goes out meanwhile', async (_, mode) => {
    const master = await enabled({ mechanics });
    await master.say(`01 10 60 0A 00 09 12 00 ${mode} ${HOMING}`);
    await master.say('01 06 60 02 00 20');
    const during = await master.get('statusword');
    await master.clock.advance(25_000);

    expect(during & (HOMED | RUNNING)).toBe(RUNNING);
    expect((await master.get('statusword')) & (HOMED | RUNNING)).toBe(HOMED);
    expect(Math.abs(await master.get('actualPosition'))).toBeLessThan(200);
  });

  test('without a home switch to be found comes to its end and is not homed', async () => {
    const master = await enabled({ mechanics });
    master.machine.injectFault('home-switch', { atMs: master.clock.nowMs() });
    await master.say(`01 10 60 0A 00 09 12 00 05 ${HOMING}`);
    await master.say('01 06 60 02 00 20');
    await master.clock.advance(25_000);
    expect((await master.get('statusword')) & (HOMED | RUNNING)).toBe(0);
  });
});

describe('alarms', () => {
  test('take the power, block every command, and go with 1111h; a following error is 180h', async () => {
    const master = await enabled();
    await master.say(`01 10 62 00 00 08 10 00 01 ${PATH} 00 10`);
    await master.clock.advance(200);
    master.machine.injectFault('following-error', { atMs: master.clock.nowMs() });
    await master.clock.advance(200);
    const alarm = [await master.get('errorCode'), (await master.get('statusword')) & 0x03];
    await master.say('01 06 60 02 00 10');
    await master.clock.advance(300);
    const still = master.plant().velocity;
    await master.say('01 06 60 02 00 40');
    await master.say('01 06 18 01 11 11');

    expect(alarm).toEqual([0x180, 0x01]);
    expect(still).toBe(0);
    expect((await master.get('statusword')) & 0x03).toBe(ENABLED);
  });

  test('an over-current stays until the power is switched off', async () => {
    const master = await enabled();
    master.machine.injectFault('over-current', { atMs: master.clock.nowMs() });
    await master.say('01 06 18 01 11 11');
    expect(await master.get('errorCode')).toBe(0x0e0);
  });

  test('a shaft that cannot follow raises one by itself', async () => {
    const master = await enabled();
    master.machine.setLoad({ blockedAt: 5000 });
    await master.say('01 10 62 00 00 08 10 00 01 00 04 00 00 03 E8 00 64 00 64 00 00 00 10');
    await master.clock.advance(3000);
    expect(await master.get('errorCode')).toBe(0x180);
  });
});

describe('parameters', () => {
  test('take two registers, the number being that of the second', async () => {
    const master = await meet(profile);
    expect(await master.say('01 03 00 00 00 02')).toBe('01 03 04 00 00 27 10');
    expect(await master.say('01 10 01 46 00 04 08 00 00 00 28 00 00 00 29')).toBe('01 10 01 46 00 04');
    expect(await master.say('01 03 01 46 00 04')).toBe('01 03 08 00 00 00 28 00 00 00 29');
    expect(await master.say('01 03 00 09 00 01')).toBe('01 03 02 05 DB');
  });

  test('the words of a position may come one by one', async () => {
    const master = await enabled();
    await master.say('01 06 62 01 FF FF');
    await master.say('01 06 62 02 D8 F0');
    expect(await master.get('targetPosition')).toBe(-10_000);
  });

  test('are forgotten at power-off unless 2211h stores them, and 1901h tells it once', async () => {
    const master = await meet(profile);
    await master.say('01 06 01 45 00 00');
    await master.say('01 06 18 01 22 11');
    const told = [await master.say('01 03 19 01 00 01'), await master.say('01 03 19 01 00 01')];
    await master.say('01 06 00 01 0F A0');
    master.machine.injectFault('reboot', { atMs: master.clock.nowMs() });
    await master.clock.advance(3000);

    expect(told).toEqual(['01 03 02 55 55', '01 03 02 11 11']);
    expect([await master.get('enableInput'), await master.get('pulsesPerRevolution')]).toEqual([0, 10_000]);
    expect(master.machine.eepromWrites()).toBeGreaterThan(0);
  });

  test('nothing is worn by resetting an alarm through the same register', async () => {
    const master = await meet(profile);
    await master.say('01 06 18 01 11 11');
    expect(master.machine.eepromWrites()).toBe(0);
  });
});

describe('refusals', () => {
  test('a frame with a bad CRC is answered, with exception 8', async () => {
    const master = await meet(profile);
    const frame = sealed(bytesOf('01 03 10 03 00 01'));
    frame[7]! ^= 0xff;
    expect(hexOf(await master.ask(frame))).toBe('01 83 08 40 F6');
  });

  test.each([
    ['a function that it does not know', '01 04 10 03 00 01', '01 84 01'],
    ['a register that it does not have', '01 03 30 00 00 01', '01 83 02'],
    ['a write to what can only be read', '01 06 10 03 00 01', '01 86 02'],
  ])('%s', async (_, request, answer) => {
    const master = await meet(profile);
    expect(await master.say(request)).toBe(answer);
  });
});
