import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { hexMaster, type HexMaster } from '../support/hex-master.ts';

const profile = shippedProfile('feetech-sm-modbus');

const TORQUE_ON = '01 06 00 81 00 01';
const TORQUE_OFF = '01 06 00 81 00 00';
const POSITION = '01 03 01 01 00 01';
const MOVING = '01 03 01 06 00 01';
const STATUS = '01 03 01 00 00 01';

const goal = (steps: number): string => `01 06 00 80 ${(steps & 0xffff).toString(16).padStart(4, '0')}`;
/** 1000 steps/s with 10 000 steps/s2. */
const GENTLE = '01 10 00 82 00 02 04 00 64 00 14';

const last = (answer: string): number => Number.parseInt(answer.split(' ').slice(-2).join(''), 16);
const read = async (master: HexMaster, frame: string): Promise<number> => last(await master.ask(frame));

async function ready(): Promise<HexMaster> {
  const master = await hexMaster({ profile });
  await master.ask(GENTLE);
  return master;
}

describe('a simulated Feetech servo', () => {
  test('says who it is', async () => {
    const master = await hexMaster({ profile });

    expect(await master.ask('01 03 00 00 00 03')).toBe('01 03 06 07 D9 07 D5 07 E9');
  });

  test('its status is eight registers in one read, its goal five in one write', async () => {
    const master = await ready();

    expect(await master.ask('01 03 01 00 00 08')).toBe('01 03 10 00 00 00 00 00 00 00 00 00 78 00 1E 00 00 00 00');
    expect(await master.ask('01 10 00 80 00 05 0A 01 F4 00 01 00 64 00 14 03 E8')).toBe('01 10 00 80 00 05');
    await master.clock.advance(1500);
    expect(await read(master, POSITION)).toBe(500);
  });

  test('with torque it goes to its goal as soon as that is written', async () => {
    const master = await ready();
    await master.ask(TORQUE_ON);
    await master.ask(goal(1000));
    await master.clock.advance(300);
    const under = await read(master, MOVING);
    await master.clock.advance(1500);

    expect(under).toBe(1);
    expect([await read(master, MOVING), await read(master, POSITION)]).toEqual([0, 1000]);
  });

  test('without torque a goal waits, and the servo jumps to it when the torque comes', async () => {
    const master = await ready();
    await master.ask(goal(1000));
    await master.clock.advance(1000);
    expect(master.motions()).toEqual([]);

    await master.ask(TORQUE_ON);
    await master.clock.advance(2000);
    expect(await read(master, POSITION)).toBe(1000);
  });

  test('a ramp of 0 is none at all', async () => {
    const master = await hexMaster({ profile });
    await master.ask('01 10 00 82 00 02 04 00 00 00 28');
    await master.ask(TORQUE_ON);
    await master.ask(goal(2000));
    await master.clock.advance(60);
    master.site.settle();

    expect(master.machine.plant().velocity).toBeGreaterThan(1500);
  });

  test('its present position becomes the middle, and with torque it then jumps to its goal', async () => {
    const master = await ready();
    await master.ask(TORQUE_ON);
    await master.ask('01 06 00 86 00 04');
    expect(await read(master, POSITION)).toBeGreaterThan(2000);
    await master.clock.advance(4000);

    expect(await read(master, POSITION)).toBe(0);
  });

  test('it keeps its position and nothing else without power: no torque, and the goal is where it stands', async () => {
    const master = await ready();
    await master.ask(TORQUE_ON);
    await master.ask(goal(1000));
    await master.clock.advance(2000);
    master.machine.injectFault('reboot', { atMs: master.clock.nowMs() });
    expect(await master.ask(STATUS)).toBe('');
    await master.clock.advance(1100);

    expect(await read(master, POSITION)).toBe(1000);
    expect(await master.ask('01 03 00 80 00 02')).toBe('01 03 04 03 E8 00 00');
    await master.ask(TORQUE_ON);
    await master.clock.advance(500);
    expect(await read(master, POSITION)).toBe(1000);
  });

  test('its id is kept only while the memory is unlocked, and each write is counted', async () => {
    const master = await hexMaster({ profile });
    await master.ask('01 06 00 0A 00 07');
    expect(await master.ask(STATUS)).toBe('');
    master.machine.injectFault('reboot', { atMs: master.clock.nowMs() });
    await master.clock.advance(1100);
    master.site.settle();
    expect([await master.ask(STATUS), master.machine.eepromWrites()]).toEqual(['01 03 02 00 00', 0]);

    await master.ask('01 06 00 85 00 00');
    await master.ask('01 06 00 0A 00 07');
    await master.ask('07 06 00 85 00 01');
    master.machine.injectFault('reboot', { atMs: master.clock.nowMs() });
    await master.clock.advance(1100);
    master.site.settle();
    expect([await master.ask('07 03 01 00 00 01'), master.machine.eepromWrites()]).toEqual(['07 03 02 00 00', 1]);
  });

  test('blocked, it says overload and lets go, until the torque is switched off', async () => {
    const master = await ready();
    master.machine.setLoad({ blockedAt: 300 });
    await master.ask(TORQUE_ON);
    await master.ask(goal(1000));
    await master.clock.advance(4000);

    expect(await read(master, STATUS)).toBe(0x20);
    expect(await master.ask('01 03 00 81 00 01')).toBe('01 03 02 00 00');
    await master.ask(TORQUE_OFF);
    expect(await read(master, STATUS)).toBe(0);
  });

  test('too hot it says so as long as it is', async () => {
    const master = await hexMaster({ profile });
    master.machine.injectFault('over-temperature', { atMs: master.clock.nowMs() });
    expect([await read(master, STATUS), await read(master, '01 03 01 05 00 01')]).toEqual([4, 96]);

    master.machine.clearFaults();
    expect(await read(master, STATUS)).toBe(0);
  });

  test('a broadcast is nobody’s', async () => {
    const master = await ready();
    await master.ask('00 06 00 81 00 01');

    expect(await master.ask('01 03 00 81 00 01')).toBe('01 03 02 00 00');
  });
});
