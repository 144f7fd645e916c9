import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { placeMechanics } from '../../simulator/index.ts';
import { hasBit, powerBits } from './rig.ts';
import { meet, type PlainMaster } from '../support/plain-master.ts';

const kinco = shippedProfile('kinco-fd5p');
const nimotion = shippedProfile('nimotion-lms-cia402');

const READY = 0x21;
const ENABLED = 0x27;
const SWITCH_ON_DISABLED = 0x40;

/** Bits 10, 12, 13 and 15. */
const shown = (word: number) => [10, 12, 13, 15].map((bit) => hasBit(word, bit));

async function enable(drive: PlainMaster, mode: number): Promise<void> {
  await drive.set({ modeOfOperation: mode });
  for (const controlword of [0x06, 0x07, 0x0f]) {
    await drive.set({ controlword });
    await drive.clock.advance(30);
  }
}

describe('a Kinco drive on the wire', () => {
  const turn = kinco.countsPerRevolution;

  test('comes up ready to switch on, commutation found, and ignores the pulses that it counts on', async () => {
    const drive = await meet(kinco);

    const status = await drive.get('statusword');
    expect([powerBits(status), hasBit(status, 14), hasBit(status, 15)]).toEqual([READY, true, false]);
    expect(await drive.get('modeOfOperation')).toBe(-4);
  });

  test('takes modes that it has beside those of the standard, and no others', async () => {
    const drive = await meet(kinco);

    expect(await drive.say('01 06 35 00 FF FD')).toBe('01 06 35 00 FF FD');
    expect(await drive.say('01 06 35 00 00 07')).toBe('01 86 03');
  });

  test('shows the end of a homing by bit 15 alone', async () => {
    const mechanics = placeMechanics({
      range: [0, 10 * turn],
      homePosition: 0,
      homingMethod: 21,
      approach: turn / 2,
    });
    const drive = await meet(kinco, { mechanics });
    await enable(drive, 6);
    await drive.set({ homingMethod: 21, homingSpeedFast: turn, homingSpeedSlow: turn / 10 });
    await drive.set({ controlword: 0x1f });
    await drive.clock.advance(100);
    const searching = await drive.get('statusword');
    await drive.clock.advance(9000);
    const found = await drive.get('statusword');

    expect(shown(searching)).toEqual([false, false, false, false]);
    expect(shown(found)).toEqual([true, false, false, true]);
  });

  test('tells faults by bits, and of two stories only its own', async () => {
    const drive = await meet(kinco);
    drive.machine.injectFault('under-voltage', { atMs: drive.clock.nowMs() });

    expect([powerBits(await drive.get('statusword')), await drive.get('errorCode')]).toEqual([0x08, 0x40]);
  });

  test('reads one word behind a value as 0, and nothing that begins there', async () => {
    const drive = await meet(kinco);

    expect(await drive.say('01 03 31 00 00 02')).toBe('01 03 04 00 00 00 00');
    expect(await drive.say('01 03 31 01 00 01')).toBe('01 81 02');
    expect(await drive.say('01 03 37 00 00 03')).toBe('01 81 03');
  });
});

describe('a NiMotion drive on the wire', () => {
  const turn = nimotion.countsPerRevolution;

  test('in another control mode takes the controlword and does nothing with it', async () => {
    const drive = await meet(nimotion);
    await drive.set({ controlMode: 1 });
    await enable(drive, 1);
    const before = powerBits(await drive.get('statusword'));
    await drive.set({ controlMode: 0 });
    await enable(drive, 1);

    expect([before, powerBits(await drive.get('statusword'))]).toEqual([SWITCH_ON_DISABLED, ENABLED]);
  });

  test('shows its velocity in whole rpm', async () => {
    const drive = await meet(nimotion);
    await enable(drive, 3);
    await drive.set({ targetVelocity: (turn * 600.4) / 60 });
    await drive.clock.advance(2000);

    expect(await drive.say('01 03 03 D5 00 02')).toBe('01 03 04 00 00 02 58');
  });

  test('turns a slow motion that it shows as 0', async () => {
    const drive = await meet(nimotion);
    await enable(drive, 3);
    await drive.set({ targetVelocity: (turn * 0.4) / 60 });
    await drive.clock.advance(2000);

    expect(await drive.get('actualVelocity')).toBe(0);
    expect(await drive.get('actualPosition')).toBeGreaterThan(0);
  });

  test('goes no faster than its cap, whatever the profile velocity says', async () => {
    const drive = await meet(nimotion);
    await enable(drive, 1);
    await drive.set({ targetPosition: 20 * turn, profileVelocity: 5 * turn, maxProfileVelocity: turn });
    await drive.set({ controlword: 0x1f });
    await drive.clock.advance(1500);

    expect((await drive.get('actualVelocity')) / turn).toBeCloseTo(1, 1);
  });

  test('brakes in a quick stop and then goes without power, because it was never told to hold', async () => {
    const drive = await meet(nimotion);
    await enable(drive, 3);
    await drive.set({ targetVelocity: 5 * turn });
    await drive.clock.advance(1500);
    await drive.set({ controlword: 0x02 });
    const braking = powerBits(await drive.get('statusword'));
    await drive.clock.advance(2000);

    expect([braking, powerBits(await drive.get('statusword'))]).toEqual([0x07, SWITCH_ON_DISABLED]);
    expect(await drive.get('actualVelocity')).toBe(0);
  });
});
