import { expect, test } from 'vitest';
import { createRig } from '../rig.ts';

test('polls feed it; silence stops the drive by ramp and leaves 7500h', async () => {
  const rig = await createRig();
  await rig.set('watchdogTimeout', 200);
  await rig.enable();
  await rig.moveTo(1_000_000);
  for (let poll = 0; poll < 10; poll++) {
    await rig.clock.advance(150);
    await rig.get('statusword');
  }
  const lastFrameMs = rig.site.ledger.entries().at(-1)!.atMs;

  await rig.clock.advance(1000);

  const stop = rig.motions().at(-1)!;
  expect(stop).toMatchObject({ kind: 'stop', cause: { by: 'watchdog' } });
  const braking = rig.motions().at(-2)!;
  expect(braking).toMatchObject({ kind: 'change', cause: { by: 'watchdog' } });
  expect(braking.atMs - lastFrameMs).toBeCloseTo(200, 6);
  expect(await rig.get('errorCode')).toBe(0x7500);
});

test('frames for a neighbour or for all do not feed it; zero switches it off', async () => {
  const rig = await createRig({ drives: [{}, {}] });
  await rig.enable();
  await rig.set('watchdogTimeout', 100, 1);
  for (let poll = 0; poll < 3; poll++) {
    await rig.get('statusword', 2);
    await rig.broadcast('groupTrigger', 1);
  }
  expect(await rig.get('errorCode')).toBe(0x7500);

  await rig.set('controlword', 0x80);
  await rig.set('watchdogTimeout', 0);
  await rig.enable();
  await rig.clock.advance(1000);

  expect(await rig.get('errorCode')).toBe(0);
});

test('a drive without power has nothing to stop: silence is no fault', async () => {
  const rig = await createRig();
  await rig.set('watchdogTimeout', 100);

  await rig.clock.advance(1000);

  expect(await rig.get('errorCode')).toBe(0);
});
