import { expect, test } from 'vitest';
import { createRig, OPERATION_ENABLED, powerBits, QUICK_STOP_ACTIVE, SWITCH_ON_DISABLED } from '../rig.ts';

async function wayAfter(controlword: number): Promise<number> {
  const rig = await createRig();
  rig.site.drives.get('drive-1')!.setLoad({ inertia: 5 });
  await rig.enable();
  await rig.moveTo(2_000_000, { velocity: 200_000 });
  await rig.clock.advance(3000);
  const from = await rig.get('actualPosition');
  await rig.set('controlword', controlword);
  await rig.clock.advance(4000);
  expect(await rig.get('actualVelocity')).toBe(0);
  return (await rig.get('actualPosition')) - from;
}

test('the walk up needs each hop, and time', async () => {
  const rig = await createRig();
  expect(powerBits(await rig.get('statusword'))).toBe(SWITCH_ON_DISABLED);

  await rig.set('controlword', 0x0f);
  expect(powerBits(await rig.get('statusword'))).toBe(SWITCH_ON_DISABLED);
  await rig.set('controlword', 0x06);
  expect(powerBits(await rig.get('statusword'))).toBe(0x21);
  await rig.set('controlword', 0x0f);
  expect(powerBits(await rig.get('statusword'))).toBe(0x21);
  await rig.clock.advance(20);
  expect(powerBits(await rig.get('statusword'))).toBe(OPERATION_ENABLED);
  expect(rig.motions()).toEqual([]);
});

test('"disable operation" shows its new state only when the shaft stands', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(100_000);
  await rig.clock.advance(500);

  await rig.set('controlword', 0x07);

  expect(powerBits(await rig.get('statusword'))).toBe(OPERATION_ENABLED);
  await rig.clock.advance(300);
  expect(powerBits(await rig.get('statusword'))).toBe(0x23);
  expect(await rig.get('actualVelocity')).toBe(0);
});

test('"disable voltage" in motion lets the shaft coast far beyond the ramp of a quick stop', async () => {
  const byRamp = await wayAfter(0x02);

  // 400 000 counts/s2 from 200 000 counts/s, and the few milliseconds of the two frames
  expect(byRamp).toBeGreaterThan(50_000);
  expect(byRamp).toBeLessThan(53_000);
  expect(await wayAfter(0x00)).toBeGreaterThan(2 * byRamp);
});

test('a quick stop in motion stops by its ramp and stays; enabling again does not go on', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(100_000);
  await rig.clock.advance(500);

  await rig.set('controlword', 0x02);
  await rig.clock.advance(100);
  expect(powerBits(await rig.get('statusword'))).toBe(QUICK_STOP_ACTIVE);
  const stoppedAt = await rig.get('actualPosition');
  await rig.set('controlword', 0x0f);
  await rig.clock.advance(500);

  expect(powerBits(await rig.get('statusword'))).toBe(OPERATION_ENABLED);
  expect(await rig.get('actualPosition')).toBe(stoppedAt);
  expect(rig.motions().map(({ kind }) => kind)).toEqual(['start', 'change', 'stop']);
});

test('quick-stop option 2 leaves the power off', async () => {
  const rig = await createRig();
  await rig.set('quickStopOption', 2);
  await rig.enable();
  await rig.moveTo(100_000);
  await rig.clock.advance(500);

  await rig.set('controlword', 0x02);
  await rig.clock.advance(200);

  expect(powerBits(await rig.get('statusword'))).toBe(SWITCH_ON_DISABLED);
});

test('a velocity that still stands in its register turns the motor as soon as it is enabled', async () => {
  const rig = await createRig();
  await rig.set('modeOfOperation', 3);
  await rig.set('targetVelocity', 5000);
  expect(await rig.get('actualVelocity')).toBe(0);

  await rig.enable();
  await rig.clock.advance(200);

  expect(await rig.get('actualVelocity')).toBeGreaterThan(4900);
});
