import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { describeDrive } from '../../../services/device/drive-description.ts';
import { axisBench, spindle, type AxisBench } from './axis-bench.ts';
import type { FakeDrive } from './fake-drive.ts';

// A motor that only has a speed: no position, no power states, no ramps, no watchdog.

const profile = shippedProfile('dfrobot-dfr1277');

/** One turn of the shaft is one revolution of the axis: 255 counts/s is 200 rpm, or 3.33 rev/s. */
const fan = spindle({
  id: 'fan',
  profile,
  axis: {
    unit: 'rev',
    travelPerRevolution: 1,
    gearRatio: 1,
    direction: 'normal',
    range: [-1000, 1000],
    maxVelocity: 3,
    maxAcceleration: 100,
    stopDeceleration: 100,
    tolerance: 0.1,
    homingRequired: true,
  },
  homing: null,
  watchdogMs: null,
});

const fanBench = (before: (drive: FakeDrive) => void = () => undefined): Promise<AxisBench> =>
  axisBench({
    config: fan,
    before(drive) {
      drive.power = 'enabled';
      before(drive);
    },
  });

const refusalOf = (promise: Promise<unknown>): Promise<{ code: string; detail: string }> =>
  promise.then(
    () => ({ code: 'none', detail: '' }),
    (error: { problem: { code: string; detail: string } }) => error.problem,
  );

describe('an axis without a position', () => {
  test('stands still as soon as the drive answers: nothing to enable, nothing to home, and nothing unknown about it', async () => {
    const { axis } = await fanBench();

    expect(axis.state()).toMatchObject({
      state: 'standstill',
      position: null,
      velocity: null,
      homed: null,
      inPosition: null,
      enabled: true,
      moving: false,
      stopLatched: false,
      stale: false,
    });
    expect([...axis.view.capabilities()].toSorted()).toEqual(['halt', 'move-velocity', 'release', 'reset', 'stop']);
  });

  test('found turning it is stopped and latched, and turns again only after a release', async () => {
    const bench = await fanBench((found) => {
      found.velocity = 50;
    });
    const { axis, drive } = bench;
    expect([drive.stops, axis.state().state]).toEqual([1, 'stopping']);

    const refused = await refusalOf(axis.submit('move-velocity', { velocity: 1, maxDurationMs: 500 }));
    await bench.run('release', {});
    const turned = await bench.run('move-velocity', { velocity: 1, maxDurationMs: 500 });

    expect(refused.code).toBe('stopLatched');
    expect(turned.resource().status).toBe('done');
  });

  test('turns at the velocity for the time and stops by itself', async () => {
    const { axis, drive, clock } = await fanBench();

    const record = await axis.submit('move-velocity', { velocity: -2, maxDurationMs: 5000 });
    await clock.advance(4900);
    const under = axis.state();
    await clock.advance(1000);

    // 2 rev/s are 153 of the 255 steps that make 3.33 rev/s
    expect(drive.accepted).toMatchObject([{ kind: 'moveVelocity', velocity: -153 }, { kind: 'halt' }]);
    expect(under).toMatchObject({ state: 'continuousMotion', moving: true });
    expect(record.resource()).toMatchObject({ status: 'done', result: { finalPosition: null } });
    expect(axis.state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test.each([
    ['a distance', { velocity: 1, maxDistance: 5 }, 'unsupported', /maxDurationMs/],
    ['a distance beside a time', { velocity: 1, maxDurationMs: 100, maxDistance: 5 }, 'unsupported', /position/],
    ['a ramp', { velocity: 1, maxDurationMs: 100, acceleration: 5 }, 'unsupported', /ramps/],
    ['more than the axis allows', { velocity: 3.1, maxDurationMs: 100 }, 'velocity', /at most 3 rev/],
  ])('asked for %s it says what it can do', async (...row) => {
    const [, body, code, detail] = row;
    const { axis, drive } = await fanBench();

    const refused = await refusalOf(axis.submit('move-velocity', body));

    expect(refused).toMatchObject({ code, detail: expect.stringMatching(detail) as string });
    expect(drive.accepted).toEqual([]);
  });

  test('never turns slower than one step of its register', async () => {
    const bench = await fanBench();

    await bench.run('move-velocity', { velocity: 0.001, maxDurationMs: 100 });

    expect(bench.drive.accepted[0]).toMatchObject({ kind: 'moveVelocity', velocity: 1 });
  });

  test('knows no way to a position, no homing and no enabling', async () => {
    const { axis } = await fanBench();

    const refused = await Promise.all([
      refusalOf(axis.submit('move-absolute', { position: 1 })),
      refusalOf(axis.submit('home', {})),
      refusalOf(axis.submit('enable', {})),
    ]);
    expect(refused.map(({ code }) => code)).toEqual(['unsupported', 'unsupported', 'unsupported']);
  });

  test('a halt, a stop and a newer velocity each end the run, and its own end then touches nothing', async () => {
    const bench = await fanBench();
    const { axis, drive, clock } = bench;

    const halted = await axis.submit('move-velocity', { velocity: 1, maxDurationMs: 2000 });
    await clock.advance(500);
    await bench.run('halt', {});
    const replaced = await axis.submit('move-velocity', { velocity: 1, maxDurationMs: 1000 });
    await clock.advance(500);
    const newer = await axis.submit('move-velocity', { velocity: 2, maxDurationMs: 3000 });
    await clock.advance(1500);
    const still = axis.state();
    await bench.run('stop', {});
    await clock.advance(4000);

    expect([halted, replaced, newer].map((record) => record.resource().status)).toEqual([
      'aborted',
      'aborted',
      'aborted',
    ]);
    expect(still).toMatchObject({ state: 'continuousMotion', moving: true });
    expect(drive.accepted.map(({ kind }) => kind)).toEqual(['moveVelocity', 'halt', 'moveVelocity', 'moveVelocity']);
    expect(axis.state()).toMatchObject({ state: 'stopping', moving: false });
  });

  test('a run whose end the drive does not take is stopped the hard way', async () => {
    const { axis, drive, clock } = await fanBench();
    const record = await axis.submit('move-velocity', { velocity: 1, maxDurationMs: 500 });
    drive.failNext = { kind: 'halt', error: new DriverError('TIMEOUT', 'no answer', { executed: 'unknown' }) };

    await clock.advance(1500);

    expect(record.resource().status).toBe('failed');
    expect(drive.stops).toBe(1);
    expect(axis.state()).toMatchObject({ moving: false });
  });

  test('that turns although nobody told it to is stopped and held in error until a reset', async () => {
    const bench = await fanBench();
    const { axis, drive, clock, events } = bench;

    drive.push(100);
    await clock.advance(100);
    const caught = axis.state();
    await bench.run('reset', {});
    await bench.run('release', {});

    expect(events.map(({ type }) => type)).toContain('unexpected-motion');
    expect(caught).toMatchObject({ state: 'errorStop', fault: { code: 'unexpectedMotion' } });
    expect(axis.state()).toMatchObject({ state: 'standstill', fault: null });
  });

  test('says in its description that nothing stops it when the line is cut', async () => {
    const { axis } = await fanBench();
    const line = { id: 'bench', way: { kind: 'simulated' } } as Parameters<typeof describeDrive>[1]['line'];

    const described = describeDrive(axis, {
      site: 'demo',
      line,
      startsTogether: false,
      setpointMs: null,
      url: 'http://127.0.0.1:1/',
    });

    expect(described.watchdogMs).toBeNull();
    expect(described.axis.homingRequired).toBe(false);
    expect(described.capabilities).not.toContain('move-absolute');
  });
});
