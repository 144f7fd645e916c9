import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { openMechanics, type Mechanics } from '../../simulator/plant/mechanics.ts';
import { hexMaster, type HexMaster } from '../support/hex-master.ts';

const profile = shippedProfile('mks-servo42d-57d');
const fresh = { ...profile, resetValues: { ...profile.resetValues, workMode: 2, modbusEnabled: 0 } };

const ENABLE = '01 06 00 F3 00 01';
const RUN_STATE = '01 04 00 F1 00 01';
const POSITION = '01 04 00 31 00 03';
/** 300 rpm with 1 rpm/ms, as absolute coordinates. */
const moveTo = (counts: number): string =>
  `01 10 00 F5 00 04 08 00 EC 01 2C ${(counts >>> 0).toString(16).padStart(8, '0')}`;
const RAMPED_STOP = '01 10 00 F5 00 04 08 00 EC 00 00 00 00 00 00';
const RUN_300 = '01 10 00 F6 00 02 04 01 EC 01 2C';
const ACCEPTED_F5 = '01 10 00 F5 00 04';

async function enabled(mechanics: Mechanics = openMechanics): Promise<HexMaster> {
  const master = await hexMaster({ profile, mechanics });
  await master.ask(ENABLE);
  return master;
}

const last = (answer: string): number => Number.parseInt(answer.split(' ').at(-1) ?? '', 16);
const runState = async (master: HexMaster): Promise<number> => last(await master.ask(RUN_STATE));

/** The greatest speed of the shaft in rpm while the time passes. */
async function topSpeed(master: HexMaster, forMs: number): Promise<number> {
  let top = 0;
  for (let ms = 0; ms < forMs; ms += 10) {
    await master.clock.advance(10);
    top = Math.max(top, Math.abs(speedOf(master)));
  }
  return top;
}

/** rpm */
function speedOf(master: HexMaster): number {
  master.site.settle();
  return (master.machine.plant().velocity * 60) / 16_384;
}

describe('registers of a simulated MKS drive', () => {
  test('a block is answered only to a read of its whole length', async () => {
    const master = await hexMaster({ profile });

    expect(await master.ask(POSITION)).toBe('01 04 06 00 00 00 00 00 00');
    for (const wrong of ['01 04 00 31 00 02', '01 04 00 32 00 02', '01 04 00 32 00 03', '01 04 00 77 00 01']) {
      expect(await master.ask(wrong)).toBe('');
    }
  });

  test('its position has 48 bits and wraps at no turn', async () => {
    const master = await enabled();
    await master.ask(moveTo(-20_000));
    await master.clock.advance(2000);

    expect(await master.ask(POSITION)).toBe('01 04 06 FF FF FF FF B1 E0');
    expect(await master.ask('01 04 00 30 00 03')).toBe('01 04 06 FF FF FF FE 31 E0');
  });

  test('homing set-up comes as five bytes in three registers, and in no other length', async () => {
    const master = await hexMaster({ profile });

    expect(await master.ask('01 10 00 90 00 03 05 00 00 00 3C 01')).toBe('01 10 00 90 00 03');
    expect(await master.ask('01 10 00 90 00 03 06 00 00 00 3C 01 00')).toBe('');
  });

  test('a broadcast is obeyed and not answered', async () => {
    const master = await hexMaster({ profile });

    expect(await master.ask('00 06 00 F3 00 01')).toBe('');
    expect(await master.ask('01 04 00 3A 00 01')).toBe('01 04 02 00 01');
  });

  test('settings stay without power, and are counted', async () => {
    const master = await hexMaster({ profile });
    expect(await master.ask('01 06 00 8B 00 05')).toBe('01 06 00 8B 00 05');
    expect(await master.ask('01 04 00 3A 00 01')).toBe('');
    await master.ask('05 06 00 41 00 01');
    await master.clock.advance(2500);

    expect(await master.ask('05 04 00 3A 00 01')).toBe('05 04 02 00 00');
    expect(master.machine.eepromWrites()).toBe(1);
  });
});

describe('a simulated MKS drive that should not answer', () => {
  test('from the factory it knows no Modbus until its own frame switches it on', async () => {
    const master = await hexMaster({ profile: fresh });
    const cutShort = await master.exchange(Uint8Array.of(0x01, 0x04, 0x00, 0xf1, 0x00, 0x01, 0x60, 0x39));

    const switched = await master.exchange(Uint8Array.of(0xfa, 0x01, 0x8e, 0x01, 0x8a));

    expect(cutShort).toHaveLength(3);
    expect([...switched]).toEqual([0xfb, 0x01, 0x8e, 0x01, 0x8b]);
    expect(await master.ask(RUN_STATE)).toBe('01 04 02 00 01');
  });

  test('a native frame with a wrong sum switches nothing on', async () => {
    const master = await hexMaster({ profile: fresh });

    expect(await master.exchange(Uint8Array.of(0xfa, 0x01, 0x8e, 0x01, 0x8b))).toHaveLength(0);
    expect(await master.exchange(Uint8Array.of(0x01, 0x04, 0x00, 0xf1, 0x00, 0x01, 0x60, 0x39))).toHaveLength(3);
  });

  test.each(['01 06 00 41 00 01', '01 06 00 80 00 01'])(
    '%s makes it start anew: deaf for two seconds',
    async (frame) => {
      const master = await enabled();

      expect(await master.ask(frame)).toBe(frame);
      expect(await master.ask(RUN_STATE)).toBe('');
      await master.clock.advance(2100);
      expect(await master.ask(RUN_STATE)).toBe('01 04 02 00 01');
      expect(await master.ask('01 04 00 3A 00 01')).toBe('01 04 02 00 00');
    },
  );

  test('in the silent mode it answers only the way out of it', async () => {
    const master = await hexMaster({ profile });
    await master.ask('01 06 00 50 00 02');

    expect(await master.ask(RUN_STATE)).toBe('');
    expect(await master.ask('01 06 00 50 00 03')).toBe('01 06 00 50 00 03');
    expect(await master.ask(RUN_STATE)).toBe('01 04 02 00 01');
  });

  test('factory settings cost it Modbus itself', async () => {
    const master = await hexMaster({ profile });
    await master.ask('01 06 00 3F 00 01');
    await master.clock.advance(2500);

    expect(await master.exchange(Uint8Array.of(0x01, 0x04, 0x00, 0xf1, 0x00, 0x01, 0x60, 0x39))).toHaveLength(3);
  });
});

describe('refusals of a simulated MKS drive', () => {
  test('in a pulse mode the bus moves nothing: value FFFF, quantity 0, and no exception', async () => {
    const master = await hexMaster({ profile });
    await master.ask('01 06 00 82 00 02');

    expect(await master.ask(ENABLE)).toBe('01 06 00 F3 FF FF');
    expect(await master.ask(moveTo(1000))).toBe('01 10 00 F5 00 00');
    expect(await master.ask(RUN_300)).toBe('01 10 00 F6 00 00');
    expect(await master.ask('01 06 00 F7 00 01')).toBe('01 06 00 F7 00 01');
  });

  test('while the motor turns only the absolute coordinate is taken', async () => {
    const master = await enabled();
    await master.ask(moveTo(100_000));
    await master.clock.advance(100);

    expect(await master.ask('01 10 00 F4 00 04 08 00 EC 01 2C 00 00 10 00')).toBe('01 10 00 F4 00 00');
    expect(await master.ask(moveTo(-1000))).toBe(ACCEPTED_F5);
    await master.clock.advance(3000);
    master.site.settle();
    expect(master.machine.plant().position).toBeCloseTo(-1000, 0);
  });

  test('without power a target is taken and nothing moves', async () => {
    const master = await hexMaster({ profile });

    expect(await master.ask(moveTo(50_000))).toBe(ACCEPTED_F5);
    await master.clock.advance(1000);
    await master.ask(ENABLE);
    await master.clock.advance(1000);
    expect(master.motions()).toEqual([]);
  });
});

describe('motion of a simulated MKS drive', () => {
  test('the speed changes by 1 rpm every (256 - code) x 50 microseconds', async () => {
    const master = await enabled();
    await master.ask(moveTo(1_000_000));
    await master.clock.advance(100);
    const early = speedOf(master);
    await master.clock.advance(150);

    expect(speedOf(master) - early).toBeCloseTo(150, 0);
    expect(await runState(master)).toBe(2);
    await master.clock.advance(300);
    expect(await runState(master)).toBe(4);
  });

  test('it is clamped to what its work mode can do, and says nothing', async () => {
    const master = await enabled();
    await master.ask('01 06 00 82 00 03');
    expect(await master.ask('01 10 00 F5 00 04 08 00 EC 0B B8 00 10 00 00')).toBe(ACCEPTED_F5);

    expect(await topSpeed(master, 2000)).toBeCloseTo(400, -1);
  });

  test('a ramped stop ends on the ramp, and the state says so', async () => {
    const master = await enabled();
    await master.ask(moveTo(1_000_000));
    await master.clock.advance(500);
    await master.ask(RAMPED_STOP);
    await master.clock.advance(100);

    expect(await runState(master)).toBe(3);
    await master.clock.advance(400);
    expect(await runState(master)).toBe(1);
    expect(master.motions().at(-1)).toMatchObject({ kind: 'stop' });
  });

  test('each block has a stop of its own: turning goes on through that of the coordinates, and ends at once by F7', async () => {
    const master = await enabled();
    await master.ask(RUN_300);
    await master.clock.advance(500);
    expect(await master.ask(RAMPED_STOP)).toBe(ACCEPTED_F5);
    await master.clock.advance(500);
    expect(await runState(master)).toBe(4);

    await master.ask('01 06 00 F7 00 01');
    await master.clock.advance(50);
    expect(await runState(master)).toBe(1);
  });

  test('a timed run ends by itself', async () => {
    const master = await enabled();
    await master.ask('01 10 00 F6 00 04 08 01 EC 00 3C 00 00 00 32');
    await master.clock.advance(400);
    expect(await runState(master)).toBe(4);
    await master.clock.advance(300);
    expect(await runState(master)).toBe(1);
  });

  test('pulses: 3200 are a turn', async () => {
    const master = await enabled();
    await master.ask('01 10 00 FD 00 04 08 01 EC 01 2C 00 00 0C 80');
    await master.clock.advance(1500);
    master.site.settle();

    expect(master.machine.plant().position).toBeCloseTo(16_384, -1);
  });

  test('at a limit it says "stopped" as well, far from its target', async () => {
    const mechanics = { ...openMechanics, limitSwitches: { negative: -50_000, positive: 8000 } };
    const master = await enabled(mechanics);
    await master.ask('01 10 00 90 00 03 05 00 00 00 3C 01');
    await master.ask(moveTo(100_000));
    await master.clock.advance(2000);

    expect(await runState(master)).toBe(1);
    expect(await master.ask('01 04 00 34 00 01')).toBe('01 04 02 00 02');
    expect(master.machine.plant().position).toBeLessThan(9000);
    expect(await master.ask('01 04 00 3E 00 01')).toBe('01 04 02 00 00');
  });

  test('blocked, it lets go of the shaft and says so until it is released', async () => {
    const master = await enabled();
    master.machine.setLoad({ blockedAt: 4000 });
    await master.ask(moveTo(100_000));
    await master.clock.advance(2000);

    expect(await master.ask('01 04 00 3E 00 01')).toBe('01 04 02 00 01');
    expect(await master.ask('01 04 00 3A 00 01')).toBe('01 04 02 00 00');
    expect(await runState(master)).toBe(1);
    expect(await master.ask(ENABLE)).toBe('01 06 00 F3 FF FF');
    expect(await master.ask('01 06 00 3D 00 01')).toBe('01 06 00 3D 00 01');
    expect(await master.ask(ENABLE)).toBe(ENABLE);
  });

  test('the watchdog is off until it is set, and then stops the shaft at once', async () => {
    const master = await enabled();
    await master.ask(moveTo(1_000_000));
    await master.clock.advance(1000);
    const before = await runState(master);
    expect(await master.ask('01 10 00 98 00 02 04 00 00 01 F4')).toBe('01 10 00 98 00 02');
    await master.clock.advance(600);

    expect(before).toBe(4);
    expect(await runState(master)).toBe(1);
    expect(master.motions().at(-1)).toMatchObject({ kind: 'stop', cause: { by: 'watchdog' } });
  });

  test('whoever saved a run at power-up gets it: it turns by itself', async () => {
    const master = await enabled();
    await master.ask(RUN_300);
    await master.ask('01 06 00 FF 00 C8');
    await master.ask('01 06 00 41 00 01');
    await master.clock.advance(4000);
    expect(await runState(master)).toBe(4);

    await master.ask('01 06 00 FF 00 CA');
    await master.ask('01 06 00 41 00 01');
    await master.clock.advance(4000);
    expect(await runState(master)).toBe(1);
  });
});

describe('homing of a simulated MKS drive', () => {
  const mechanics: Mechanics = { ...openMechanics, homeSwitch: { from: 10_000, to: 12_000 } };
  const STATE = '01 04 00 3B 00 01';

  test('goes to the switch as it was set up, and counts from there', async () => {
    const master = await enabled(mechanics);
    expect(await master.ask(STATE)).toBe('01 04 02 02 02');
    expect(await master.ask('01 06 00 91 00 01')).toBe('01 06 00 91 00 01');
    await master.clock.advance(100);
    expect([await runState(master), await master.ask(STATE)]).toEqual([5, '01 04 02 02 00']);
    await master.clock.advance(3000);
    master.site.settle();

    expect([await runState(master), await master.ask(STATE)]).toEqual([1, '01 04 02 02 01']);
    expect(Math.abs(master.machine.plant().position)).toBeLessThan(20);
  });

  test('the other way round there is no switch; stopped, it has failed', async () => {
    const master = await enabled(mechanics);
    await master.ask('01 10 00 90 00 03 05 00 01 00 3C 00');
    await master.ask('01 06 00 91 00 01');
    await master.clock.advance(1000);
    await master.ask('01 06 00 F7 00 01');

    expect(await master.ask(STATE)).toBe('01 04 02 02 02');
    expect(master.machine.plant().position).toBeLessThan(0);
  });

  test('at a mechanical stop it turns back by its offset', async () => {
    const master = await enabled({ ...openMechanics, endStops: { low: -1e6, high: 20_000 } });
    await master.ask('01 10 00 94 00 04 08 00 00 20 00 00 01 02 58');
    await master.ask('01 06 00 91 00 01');
    await master.clock.advance(4000);
    master.site.settle();

    expect(await master.ask(STATE)).toBe('01 04 02 02 01');
    expect(Math.abs(master.machine.plant().position)).toBeLessThan(20);
    expect(master.motions().at(-1)!.to).toBeCloseTo(20_000 - 0x2000, -1);
  });

  test('needs power', async () => {
    const master = await hexMaster({ profile, mechanics });

    expect(await master.ask('01 06 00 91 00 01')).toBe('01 06 00 91 FF FF');
  });
});
