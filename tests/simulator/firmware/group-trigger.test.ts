import { expect, test } from 'vitest';
import { createRig } from '../rig.ts';

async function armed() {
  const rig = await createRig({ drives: [{}, {}] });
  for (const unit of [1, 2]) {
    await rig.enable(unit);
    await rig.set('targetPosition', 10_000 * unit, unit);
    await rig.set('armGroup', 7, unit);
  }
  return rig;
}

test('one broadcast starts all armed drives at the same instant; nobody answers', async () => {
  const rig = await armed();

  await rig.broadcast('groupTrigger', 7);
  await rig.clock.advance(4000);

  const starts = rig.motions().filter(({ kind }) => kind === 'start');
  expect(starts.map(({ drive }) => drive)).toEqual(['drive-1', 'drive-2']);
  expect(starts[0]!.atMs).toBe(starts[1]!.atMs);
  expect([await rig.get('actualPosition', 1), await rig.get('actualPosition', 2)]).toEqual([10_000, 20_000]);
  expect([await rig.get('armGroup', 1), await rig.get('setpointCounter', 1)]).toEqual([0, 1]);
});

test('a duplicated trigger changes nothing, nor does one for another group', async () => {
  const rig = await armed();

  await rig.broadcast('groupTrigger', 8);
  expect(rig.motions()).toEqual([]);
  await rig.broadcast('groupTrigger', 7);
  await rig.clock.advance(300);
  await rig.broadcast('groupTrigger', 7);
  await rig.clock.advance(4000);

  expect(
    rig
      .motions()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(['start', 'start', 'stop', 'stop']);
  expect(await rig.get('setpointCounter', 2)).toBe(1);
});

test('the target counts as it stood when it was armed', async () => {
  const rig = await armed();
  await rig.set('targetPosition', 99_999, 1);

  await rig.broadcast('groupTrigger', 7);
  await rig.clock.advance(4000);

  expect(await rig.get('actualPosition', 1)).toBe(10_000);
});

test.each([
  ['halt', 0x10f],
  ['quick stop', 0x02],
  ['disable', 0x06],
])('%s disarms', async (_, controlword) => {
  const rig = await armed();

  await rig.set('controlword', controlword, 1);
  expect(await rig.get('armGroup', 1)).toBe(0);
  await rig.broadcast('groupTrigger', 7);
  await rig.clock.advance(100);

  expect(rig.motions().map(({ drive }) => drive)).toEqual(['drive-2']);
});

test('a drive that is not enabled refuses to be armed', async () => {
  const rig = await createRig();

  await expect(rig.set('armGroup', 1)).rejects.toThrow('exception 6');
});
