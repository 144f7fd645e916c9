import { expect, test } from 'vitest';
import { createRig, hasBit, powerBits, SWITCH_ON_DISABLED } from '../rig.ts';

const REFERENCED = 15;

const numbers = async () => {
  const rig = await createRig({ drives: [{}, {}] });
  return [await rig.get('serialNumber', 1), await rig.get('serialNumber', 2)];
};

test('it is silent while it boots, then counts one boot more, from position 0, unreferenced, with reset values', async () => {
  const rig = await createRig();
  await rig.enable();
  await rig.set('modeOfOperation', 6);
  await rig.set('homingMethod', 37);
  await rig.set('homeOffset', 777);
  await rig.set('controlword', 0x1f);
  expect([await rig.get('actualPosition'), await rig.get('bootCounter')]).toEqual([777, 1]);

  rig.site.drives.get('drive-1')!.injectFault('reboot', { atMs: rig.clock.nowMs() });
  await expect(rig.get('statusword')).rejects.toThrow('silence');
  await rig.clock.advance(400);

  const status = await rig.get('statusword');
  expect([powerBits(status), hasBit(status, REFERENCED)]).toEqual([SWITCH_ON_DISABLED, false]);
  expect(await rig.get('actualPosition')).toBe(0);
  expect(await rig.get('bootCounter')).toBe(2);
  expect([await rig.get('homeOffset'), await rig.get('homingMethod'), await rig.get('modeDisplay')]).toEqual([
    0, 19, 1,
  ]);
});

test('two drives have two serial numbers, the same at every start', async () => {
  const first = await numbers();

  expect(first[0]).not.toBe(first[1]);
  expect(await numbers()).toEqual(first);
});
