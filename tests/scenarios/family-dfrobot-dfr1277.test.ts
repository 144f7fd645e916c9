import { describe, expect, test } from 'vitest';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile, type Profile } from '../../drivers/profile/index.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';

const profile = shippedProfile('dfrobot-dfr1277');

const turn = (velocity: number): DriveIntent => ({ kind: 'moveVelocity', velocity, acceleration: 1, deceleration: 1 });

/** The speeds that the motor was told, in order. */
const told = (bench: FamilyBench, since?: number): readonly number[] =>
  bench
    .frames(since)
    .filter(({ address, values, exception }) => address === 7 && values !== null && exception === 0)
    .map(({ values }) => (values![0]! << 16) >> 16);

const plantOf = (bench: FamilyBench): number => {
  bench.motions();
  return bench.machine.plant().velocity;
};

/** Firmwares that show identity and state to function 4 only, with their bytes swapped. */
const otherFirmware: Profile = {
  ...profile,
  registers: {
    ...profile.registers,
    vendorId: { ...profile.registers.vendorId!, table: 'input' },
    productCode: { ...profile.registers.productCode!, table: 'input' },
    firmwareVersion: { ...profile.registers.firmwareVersion!, table: 'input' },
    statusword: { ...profile.registers.statusword!, table: 'input' },
  },
  resetValues: { ...profile.resetValues, vendorId: 0x4333 },
  openLoopSpeed: { ...profile.openLoopSpeed!, states: { standing: [0], forward: [100], reverse: [200] } },
};

describe('a DFR1277 gear motor', () => {
  test('stands when it is found, turns there and back, is halted and stopped, and no frame moved it but ours', async () => {
    const bench = await startFamily(profile);
    const found = bench.state();
    expect(told(bench)).toEqual([]);

    await bench.run(turn(200));
    await bench.clock.advance(500);
    const forward = { plant: plantOf(bench), moving: bench.state().moving };
    await bench.run(turn(-100));
    await bench.clock.advance(500);
    const back = plantOf(bench);
    await bench.run({ kind: 'halt' });
    await bench.clock.advance(2000);
    const halted = { plant: plantOf(bench), moving: bench.state().moving };
    await bench.run(turn(255));
    await bench.clock.advance(300);
    const proof = await bench.settle(bench.drive.stop());
    await bench.clock.advance(2000);

    expect(found).toMatchObject({ power: 'enabled', moving: false, position: null, velocity: null });
    expect(forward).toEqual({ plant: expect.closeTo(200, 0) as number, moving: true });
    expect(back).toBeCloseTo(-100, 0);
    expect(halted).toEqual({ plant: 0, moving: false });
    expect(proof.atRest).toBe(true);
    expect(plantOf(bench)).toBe(0);
    // it stood before it was turned round
    expect(told(bench)).toEqual([200, 0, -100, 0, 255, 0]);
    expect(bench.heard.links).toEqual([]);
  });

  test('is told by its vendor id however its firmware shows it, and understood by both sets of state codes', async () => {
    const bench = await startFamily(profile, { simulated: { profile: otherFirmware } });
    expect(bench.drive.identity()).toMatchObject({ vendorId: 0x4333, productCode: 0x02c1 });

    await bench.run(turn(-150));
    await bench.clock.advance(500);

    expect([plantOf(bench), bench.state().moving]).toEqual([expect.closeTo(-150, 0), true]);
    const refused = bench
      .frames()
      .filter(({ functionCode, address, exception }) => exception !== 0 || (functionCode === 3 && address !== 7));
    // function 3 was tried once, and function 4 kept from then on
    expect(refused).toHaveLength(1);
  });

  test('another device at its address is written nothing', async () => {
    const other = { ...profile, resetValues: { ...profile.resetValues, vendorId: 0x1234 } };
    const bench = await startFamily(profile, { simulated: { profile: other } });
    await bench.clock.advance(3000);

    expect(bench.drive.link()).toMatchObject({ state: 'refused' });
    expect(bench.frames().filter(({ values }) => values !== null)).toEqual([]);
  });

  test('whose answer to a speed is lost has taken it, and is told it once', async () => {
    const bench = await startFamily(profile);
    const turned = bench.drive.execute(turn(120), {
      stillWanted: () => (bench.line.addMishap({ kind: 'drop', count: 1 }), true),
    });
    const { resolved } = await bench.settle(turned);

    expect([resolved, told(bench)]).toEqual([true, [120]]);
  });

  test('is never told more than its register can say', async () => {
    const bench = await startFamily(profile);

    await expect(bench.run(turn(256))).rejects.toMatchObject({ code: 'UNSUPPORTED', executed: 'no' });
    expect(told(bench)).toEqual([]);
  });

  test('goes on turning when the line is cut: nothing in it watches the line', async () => {
    const bench = await startFamily(profile);
    await bench.run(turn(200));
    bench.line.addMishap({ kind: 'unplug' });
    await bench.clock.advance(20_000);
    const cut = plantOf(bench);
    bench.line.clearMishaps();
    await bench.clock.advance(8000);

    expect(cut).toBeCloseTo(200, 0);
    expect(bench.drive.link().state).toBe('online');
    expect(bench.state().moving).toBe(true);
    expect((await bench.settle(bench.drive.stop())).atRest).toBe(true);
  });

  test('stands after a power cycle and is not set turning again', async () => {
    const bench = await startFamily(profile);
    await bench.run(turn(200));
    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(8000);

    expect([plantOf(bench), bench.state().moving, told(bench)]).toEqual([0, false, [200]]);
  });
});
