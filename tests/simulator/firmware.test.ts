import { describe, expect, test } from 'vitest';
import {
  createRig,
  FAULT,
  hasBit,
  OPERATION_ENABLED,
  powerBits,
  QUICK_STOP_ACTIVE,
  SWITCH_ON_DISABLED,
} from './rig.ts';

const TARGET_REACHED = 10;
const ACKNOWLEDGE = 12;
const REFERENCED = 15;

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

const numbers = async () => {
  const rig = await createRig({ drives: [{}, {}] });
  return [await rig.get('serialNumber', 1), await rig.get('serialNumber', 2)];
};

async function armed() {
  const rig = await createRig({ drives: [{}, {}] });
  for (const unit of [1, 2]) {
    await rig.enable(unit);
    await rig.set('targetPosition', 10_000 * unit, unit);
    await rig.set('armGroup', 7, unit);
  }
  return rig;
}

describe('power states', () => {
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
});

describe('the set-point handshake', () => {
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
});

describe('profile velocity', () => {
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
});

describe('homing on a switch', () => {
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
});

describe('faults', () => {
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
});

describe('the communication watchdog', () => {
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
});

describe('reboot', () => {
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
});

describe('arming and the group trigger', () => {
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
});
