import { expect, test } from 'vitest';
import { createRig, hasBit } from '../rig.ts';

const TARGET_REACHED = 10;
const ACKNOWLEDGE = 12;

test('a written velocity is followed at once, reported as reached, and braked to a stand by zero', async () => {
  const rig = await createRig();
  await rig.set('modeOfOperation', 3);
  await rig.enable();

  await rig.set('targetVelocity', -8000);
  expect(hasBit(await rig.get('statusword'), TARGET_REACHED)).toBe(false);
  await rig.clock.advance(300);
  expect(hasBit(await rig.get('statusword'), TARGET_REACHED)).toBe(true);
  expect(await rig.get('actualVelocity')).toBeCloseTo(-8000, -2);
  await rig.set('targetVelocity', 0);
  await rig.clock.advance(300);

  const status = await rig.get('statusword');
  expect([await rig.get('actualVelocity'), hasBit(status, ACKNOWLEDGE)]).toEqual([0, true]);
});
