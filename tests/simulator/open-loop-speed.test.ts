import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { meet, type PlainMaster } from '../support/plain-master.ts';

const profile = shippedProfile('dfrobot-dfr1277');
const speed = (duty: number): string => `01 06 00 07 ${(duty & 0xffff).toString(16).padStart(4, '0')}`;
const READ_STATE = '01 03 00 06 00 01';

/** The plant as it is now: it is brought up to date only when somebody asks. */
function velocityOf(motor: PlainMaster): number {
  motor.motions();
  return motor.machine.plant().velocity;
}

describe('a gear motor in open loop', () => {
  test('turns at once and for ever, at its share of the full speed, and nobody has to stay', async () => {
    const motor = await meet(profile);

    await motor.say(speed(255));
    await motor.clock.advance(200);
    const afterRunUp = velocityOf(motor);
    await motor.clock.advance(60_000);

    // 255 counts/s are 200 rpm
    expect(afterRunUp).toBeCloseTo(255, 0);
    expect(velocityOf(motor)).toBeCloseTo(255, 0);
    expect(motor.motions().map(({ kind }) => kind)).toEqual(['start']);
  });

  test('speed 0 lets go of the shaft, and it runs down', async () => {
    const motor = await meet(profile);
    await motor.say(speed(-200));
    await motor.clock.advance(500);
    expect(velocityOf(motor)).toBeLessThan(-190);

    await motor.say(speed(0));
    expect(velocityOf(motor)).toBeLessThan(0);
    expect(await motor.say(READ_STATE)).toBe('01 03 02 00 00');
    await motor.clock.advance(3000);

    expect(velocityOf(motor)).toBe(0);
  });

  test('says which way the bridge drives, 1 or 2, also when the shaft is blocked', async () => {
    const motor = await meet(profile);
    motor.machine.setLoad({ blockedAt: 20 });

    await motor.say(speed(100));
    await motor.clock.advance(2000);
    const blocked = velocityOf(motor);
    const forward = await motor.say(READ_STATE);
    await motor.say(speed(-100));
    const reverse = await motor.say(READ_STATE);

    expect(Math.abs(blocked)).toBeLessThan(1);
    expect([forward, reverse]).toEqual(['01 03 02 00 01', '01 03 02 00 02']);
  });

  test('does not turn below the duty that its friction needs, and says that it turns', async () => {
    const motor = await meet(profile);

    await motor.say(speed(10));
    await motor.clock.advance(1000);

    expect(velocityOf(motor)).toBe(0);
    expect(await motor.say(READ_STATE)).toBe('01 03 02 00 01');
  });

  test('refuses a duty beyond 255, function 16, and whatever it does not have', async () => {
    const motor = await meet(profile);

    expect(await motor.say(speed(256))).toBe('01 86 03');
    expect(await motor.say('01 10 00 07 00 01 02 00 10')).toBe('01 90 01');
    expect(await motor.say('01 03 00 08 00 01')).toBe('01 83 02');
  });

  test('shows identity and state to both functions, its speed to function 3 alone', async () => {
    const motor = await meet(profile);

    expect(await motor.say('01 04 00 00 00 02')).toBe('01 04 04 33 43 02 C1');
    expect(await motor.say('01 04 00 06 00 01')).toBe('01 04 02 00 00');
    expect(await motor.say('01 04 00 07 00 01')).toBe('01 84 02');
  });

  test('keeps a new address over a power cycle, answers to it a moment later, and wears a cell for it', async () => {
    const motor = await meet(profile);

    expect(await motor.say('01 06 00 02 00 05')).toBe('01 06 00 02 00 05');
    await motor.clock.advance(100);
    expect([await motor.say('01 03 00 00 00 01'), await motor.say('05 03 00 00 00 01')]).toEqual([
      '',
      '05 03 02 33 43',
    ]);
    motor.machine.injectFault('reboot', { atMs: motor.clock.nowMs() });
    await motor.clock.advance(400);
    expect(await motor.say('05 03 00 00 00 01')).toBe('');
    await motor.clock.advance(300);

    expect(await motor.say('05 03 00 00 00 01')).toBe('05 03 02 33 43');
    expect(motor.machine.eepromWrites()).toBe(1);
  });

  test('stands after a power cycle', async () => {
    const motor = await meet(profile);
    await motor.say(speed(200));
    await motor.clock.advance(500);

    motor.machine.injectFault('reboot', { atMs: motor.clock.nowMs() });
    await motor.clock.advance(3000);

    expect(velocityOf(motor)).toBe(0);
    expect(await motor.say(READ_STATE)).toBe('01 03 02 00 00');
  });
});
