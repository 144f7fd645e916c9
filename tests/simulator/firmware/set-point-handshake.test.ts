import { expect, test } from 'vitest';
import { createRig, hasBit, OPERATION_ENABLED, powerBits } from '../rig.ts';

const TARGET_REACHED = 10;
const ACKNOWLEDGE = 12;

test('an edge is acknowledged and counted; target reached is stale at first, then falls, then comes true', async () => {
  const rig = await createRig({ line: { paced: false, answerDelayMs: 0.1 } });
  await rig.enable();
  expect(hasBit(await rig.get('statusword'), TARGET_REACHED)).toBe(true);

  await rig.moveTo(10_000);
  const first = await rig.get('statusword');
  expect([hasBit(first, ACKNOWLEDGE), hasBit(first, TARGET_REACHED)]).toEqual([true, true]);
  await rig.clock.advance(5);
  expect(hasBit(await rig.get('statusword'), TARGET_REACHED)).toBe(false);
  expect(await rig.get('setpointCounter')).toBe(1);
  await rig.set('controlword', 0x0f);
  await rig.clock.advance(1);
  expect(hasBit(await rig.get('statusword'), ACKNOWLEDGE)).toBe(false);
  await rig.clock.advance(1500);

  expect(hasBit(await rig.get('statusword'), TARGET_REACHED)).toBe(true);
  expect(await rig.get('actualPosition')).toBe(10_000);
});

test('without a new edge a new target moves nothing', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(5000);
  await rig.clock.advance(1000);

  await rig.set('targetPosition', 9000);
  await rig.set('controlword', 0x1f);
  await rig.clock.advance(1000);

  expect(await rig.get('actualPosition')).toBe(5000);
  expect(await rig.get('setpointCounter')).toBe(1);
});

test('bit 4 that was high before the drive was enabled is no edge, however often it is written', async () => {
  const rig = await createRig();
  await rig.set('targetPosition', 9000);
  for (const word of [0x06, 0x17, 0x1f, 0x1f]) {
    await rig.set('controlword', word);
    await rig.clock.advance(20);
  }
  await rig.set('controlword', 0x1f);
  await rig.clock.advance(1000);

  expect([await rig.get('setpointCounter'), await rig.get('actualPosition')]).toEqual([0, 0]);
});

test('a second set-point waits, with its acknowledge standing, until the first is reached; a third is not taken', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(10_000);
  await rig.set('controlword', 0x0f);
  await rig.moveTo(2000);
  await rig.set('controlword', 0x0f);
  expect(hasBit(await rig.get('statusword'), ACKNOWLEDGE)).toBe(true);
  await rig.moveTo(50_000);
  await rig.set('controlword', 0x0f);

  await rig.clock.advance(5000);

  expect(await rig.get('setpointCounter')).toBe(2);
  expect(await rig.get('actualPosition')).toBe(2000);
  expect(hasBit(await rig.get('statusword'), ACKNOWLEDGE)).toBe(false);
  expect(
    rig
      .motions()
      .filter(({ kind }) => kind === 'stop')
      .map(({ to }) => Math.round(to)),
  ).toEqual([10_000, 2000]);
});

test('"change immediately" turns round without waiting', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(50_000);
  await rig.clock.advance(500);
  await rig.set('controlword', 0x0f);

  await rig.moveTo(-1000, { controlword: 0x3f });
  await rig.clock.advance(3000);

  expect(await rig.get('actualPosition')).toBe(-1000);
  expect(rig.motions().map(({ kind }) => kind)).toEqual(['start', 'change', 'stop']);
});

test('halt stops by ramp and keeps the power; lifting it goes on to the old target', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.moveTo(20_000);
  await rig.clock.advance(500);

  await rig.set('controlword', 0x11f);
  await rig.clock.advance(300);
  const halted = await rig.get('statusword');
  expect([powerBits(halted), hasBit(halted, TARGET_REACHED)]).toEqual([OPERATION_ENABLED, true]);
  expect(await rig.get('actualVelocity')).toBe(0);
  expect(await rig.get('actualPosition')).toBeLessThan(6000);
  await rig.set('controlword', 0x1f);
  await rig.clock.advance(3000);

  expect(await rig.get('actualPosition')).toBe(20_000);
});
