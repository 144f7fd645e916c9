import { expect, test } from 'vitest';
import { createRig, hasBit, OPERATION_ENABLED, powerBits } from '../rig.ts';

const REFERENCED = 15;

const homeSwitch = { from: 8000, to: 12_000 };
const mechanics = {
  homeSwitch,
  limitSwitches: { negative: -20_000, positive: 30_000 },
  endStops: { low: -25_000, high: 35_000 },
};

async function home(method: number, from = 0, drive: object = { mechanics }) {
  const rig = await createRig({ drives: [drive] });
  await rig.enable();
  if (from !== 0) {
    await rig.moveTo(from);
    await rig.clock.advance(5000);
    await rig.set('controlword', 0x0f);
  }
  await rig.set('modeOfOperation', 6);
  await rig.set('homingMethod', method);
  await rig.set('homeOffset', 500);
  await rig.set('controlword', 0x1f);
  await rig.clock.advance(20_000);
  return rig;
}

const LEFT = 8000;
const RIGHT = 12_000;
test.each([
  { method: 19, from: 0, edge: LEFT },
  { method: 19, from: 10_000, edge: LEFT },
  { method: 21, from: 20_000, edge: RIGHT },
  { method: 21, from: 10_000, edge: RIGHT },
  { method: 23, from: 0, edge: LEFT },
  { method: 23, from: 20_000, edge: LEFT },
  { method: 27, from: 0, edge: RIGHT },
  { method: 27, from: 20_000, edge: RIGHT },
])(
  'method $method from $from finds the edge at $edge, where the axis then reads homeOffset',
  async ({ method, from, edge }) => {
    const rig = await home(method, from);

    const status = await rig.get('statusword');
    expect([10, 12, 13, REFERENCED].map((bit) => hasBit(status, bit))).toEqual([true, true, false, true]);
    // plant position = shown position - 500 + edge; where it stands tells where the edge was taken
    const { drives } = rig.site;
    const stops = rig.motions().filter(({ kind }) => kind === 'stop');
    const before = stops.length > 1 ? stops[0]!.to : 0;
    const standsAt = drives.get('drive-1')!.plant().position;
    const standsInPlant = standsAt - 500 + edge;
    expect(Math.abs(standsInPlant - edge)).toBeLessThan(60);
    expect(Math.abs(before - from)).toBeLessThanOrEqual(1);
  },
);

test('without a switch on its way it ends in a homing error at the limit switch, without a fault', async () => {
  const rig = await home(19, 0, { mechanics: { ...mechanics, homeSwitch: null } });

  const status = await rig.get('statusword');
  expect([10, 12, 13, REFERENCED].map((bit) => hasBit(status, bit))).toEqual([true, false, true, false]);
  expect(powerBits(status)).toBe(OPERATION_ENABLED);
  expect(await rig.get('digitalInputs')).toBe(0b010);
});

test.each([35, 37])('method %i declares the present position and moves nothing', async (method) => {
  const rig = await home(method);

  expect(await rig.get('actualPosition')).toBe(500);
  expect(hasBit(await rig.get('statusword'), REFERENCED)).toBe(true);
  expect(rig.motions()).toEqual([]);
});

test('lowering bit 4 ends the search without a reference', async () => {
  const rig = await createRig({ drives: [{ mechanics }] });
  await rig.enable();
  await rig.set('modeOfOperation', 6);
  await rig.set('controlword', 0x1f);
  await rig.clock.advance(300);

  await rig.set('controlword', 0x0f);
  await rig.clock.advance(500);

  const status = await rig.get('statusword');
  expect([10, 12, 13, REFERENCED].map((bit) => hasBit(status, bit))).toEqual([true, false, false, false]);
  expect(await rig.get('actualVelocity')).toBe(0);
});

test('a second drive at another place is homed to its own edge', async () => {
  const rig = await home(19, 0, { mechanics: { ...mechanics, homeSwitch: { from: 3000, to: 5000 } } });
  const [search] = rig.motions();

  expect(search).toMatchObject({ kind: 'start', from: 0, cause: { by: 'frame' } });
  expect(await rig.get('actualPosition')).toBeGreaterThan(440);
});
