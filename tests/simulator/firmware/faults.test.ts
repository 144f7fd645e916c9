import { expect, test } from 'vitest';
import { createRig, FAULT, powerBits, SWITCH_ON_DISABLED } from '../rig.ts';

test('a fault in motion stops by ramp, shows its code, and needs an edge of bit 7 once its reason is gone', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(100_000);
  await rig.clock.advance(500);

  const drive = rig.site.drives.get('drive-1')!;
  drive.injectFault('over-temperature', { atMs: rig.clock.nowMs() });
  expect(powerBits(await rig.get('statusword'))).toBe(0x0f);
  await rig.clock.advance(300);
  expect(powerBits(await rig.get('statusword'))).toBe(FAULT);
  expect(await rig.get('errorCode')).toBe(0x4310);
  expect(await rig.get('temperature')).toBe(96);
  await rig.set('controlword', 0x80);
  expect(powerBits(await rig.get('statusword'))).toBe(FAULT);
  drive.clearFaults();
  await rig.set('controlword', 0x00);
  await rig.set('controlword', 0x80);

  expect(powerBits(await rig.get('statusword'))).toBe(SWITCH_ON_DISABLED);
  expect(await rig.get('errorCode')).toBe(0);
});

test('an encoder fault cannot be reset, only switched off and on', async () => {
  const rig = await createRig();
  const drive = rig.site.drives.get('drive-1')!;
  drive.injectFault('encoder', { atMs: rig.clock.nowMs() });
  drive.clearFaults();

  await rig.set('controlword', 0x80);
  expect(powerBits(await rig.get('statusword'))).toBe(FAULT);
  drive.injectFault('reboot', { atMs: rig.clock.nowMs() });
  await rig.clock.advance(500);

  expect(powerBits(await rig.get('statusword'))).toBe(SWITCH_ON_DISABLED);
});

test('a blocked way is a blocked motor, and the shaft never passes it', async () => {
  const rig = await createRig({ drives: [{ countsPerUnit: 100 }] });
  rig.site.drives.get('drive-1')!.setLoad({ blockedAt: 50 });
  await rig.enable();

  await rig.moveTo(20_000);
  await rig.clock.advance(2000);

  expect(await rig.get('errorCode')).toBe(0x7121);
  expect(await rig.get('actualPosition')).toBe(5000);
});

test('more inertia than the motor can turn is a following error', async () => {
  const rig = await createRig();
  rig.site.drives.get('drive-1')!.setLoad({ inertia: 100 });
  await rig.set('profileAcceleration', 20_000_000);
  await rig.enable();

  await rig.moveTo(2_000_000, { velocity: 1_000_000 });
  await rig.clock.advance(1000);

  expect(await rig.get('errorCode')).toBe(0x8611);
});

test('a limit switch stops the drive with a fault; inwards it goes again', async () => {
  const mechanics = { homeSwitch: null, limitSwitches: { negative: -5000, positive: 5000 }, endStops: null };
  const rig = await createRig({ drives: [{ mechanics }] });
  await rig.enable();
  await rig.moveTo(20_000);
  await rig.clock.advance(2000);
  expect(await rig.get('errorCode')).toBe(0x8612);
  const outside = await rig.get('actualPosition');
  expect(outside).toBeLessThan(5000 + 10_000 ** 2 / (2 * 400_000) + 100);

  await rig.set('controlword', 0x80);
  await rig.enable();
  await rig.moveTo(1000);
  await rig.clock.advance(2000);

  expect([await rig.get('errorCode'), await rig.get('actualPosition')]).toEqual([0, 1000]);
  expect(rig.motions().filter(({ cause }) => cause.by === 'limit').length).toBeGreaterThan(0);
});
