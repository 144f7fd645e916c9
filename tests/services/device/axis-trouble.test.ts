import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { axisBench, codeOf, moving, spindle } from './axis-bench.ts';

const NO_SWITCHES = { negative: null, positive: null, home: null };

describe('trouble', () => {
  test('a fault in motion fails the move; reset and enable are two acts, and neither moves', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.failWith(0x4310, 'drive too hot');
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'fault' } });
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', fault: { code: '0x4310' } });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('errorStop');
    const at = bench.axis.state().position;
    await bench.run('reset', {});
    expect(bench.axis.state()).toMatchObject({ state: 'disabled', fault: null });
    await bench.run('enable', {});
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', position: at });
  });

  test.each([
    [0x7121, 'stalled', 'stalled'],
    [0x8611, 'followingError', 'following-error'],
    [0x8612, 'hardLimitActive', 'fault-raised'],
  ])('a fault 0x%s of the drive that says what went wrong is called that: %s', async (fault, code, event) => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.failWith(fault, 'as its manual says', 'motion');
    await bench.pass(100);

    expect(record.resource()).toMatchObject({
      status: 'failed',
      error: { code, detail: expect.any(String) as string },
    });
    expect(bench.events).toContainEqual(expect.objectContaining({ type: event, command: record.id }));
    // it brakes by itself and stays in fault: nothing more is done to it
    expect(bench.drive.stops).toBe(0);
  });

  test('a motion whose new velocity its drive refuses is stopped, although no reading has shown yet that it moves', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.pollMs = 1000;
    await bench.pass(30);
    const record = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(20);
    expect(bench.axis.state().velocity).toBe(0);

    bench.drive.failNext = { kind: 'moveTo', error: new DriverError('EXCEPTION', 'it says 08h') };
    await bench.axis.submit('set-override', { velocityFactor: 0.5 });
    await bench.pass(20);

    expect(record.resource()).toMatchObject({ status: 'failed' });
    expect(bench.drive.stops).toBe(1);
  });

  test('a start that is still in doubt when the other motor of its unit is stopped has failed, and does not go on', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.resolvesAfterMs = 500;
    const record = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(100);

    bench.drive.stopWithOther();
    await bench.pass(1000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'unexpectedStop' } });
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
    expect(bench.drive.stops).toBe(1);
  });

  test('a limit that only a fault tells is an event all the same', async () => {
    const bench = await axisBench({ before: (drive) => void (drive.limits = NO_SWITCHES) });
    await bench.ready();
    await moving(bench);
    bench.drive.failWith(0x8612, 'Limit switch reached', 'motion');
    await bench.pass(100);

    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'limit-entered', cause: 'hardLimitActive' }));
  });

  test('a shaft that is held while its drive runs is a stall: told as one, and the axis is stopped', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.isHeld = true;
    await bench.pass(3000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'stalled' } });
    expect(bench.events.filter(({ type }) => type === 'stalled')).toMatchObject([{ command: record.id }]);
    expect(bench.axis.state()).toMatchObject({ stopLatched: true, moving: false });
  });

  test('a set-point that was not ours is motion that nobody here ordered, and told as that', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.counter++;
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'unexpectedMotion' } });
    expect(bench.events.filter(({ type }) => type === 'unexpected-motion')).toMatchObject([{ command: record.id }]);
  });

  test('a reboot in motion fails the move, voids the reference and needs a reset', async () => {
    const bench = await axisBench();
    await bench.ready();
    const epoch = bench.axis.epoch();
    const record = await moving(bench);
    bench.drive.reboot();
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'rebooted' } });
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', homed: false });
    expect(bench.axis.epoch()).not.toBe(epoch);
    await bench.run('reset', {});
    expect(bench.axis.state().state).toBe('disabled');
  });

  test('a link lost in motion makes the move unknown; when it is back the axis is stopped and latched', async () => {
    const bench = await axisBench();
    await bench.ready();
    const epoch = bench.axis.epoch();
    const record = await moving(bench);

    bench.drive.offline();
    await bench.pass(100);
    expect(record.resource().status).toBe('unknown');
    expect(bench.axis.state()).toMatchObject({ state: 'unknown', link: 'offline', position: null });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('offline');

    bench.drive.online();
    await bench.pass(200);
    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'offline' } });
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
    expect(bench.axis.epoch()).not.toBe(epoch);
  });

  test('a link that never comes back ends an unknown move within half a minute', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    bench.drive.offline();
    await bench.pass(31_000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'offline' } });
  });

  test('readings that stop coming make the state unknown, never standstill', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.answers = false;
    await bench.pass(400);

    expect(bench.axis.state()).toMatchObject({ state: 'unknown', stale: true, inPosition: null, enabled: null });
  });

  test('a hiccup in the readings leaves the move running to its end', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.answers = false;
    await bench.pass(400);
    expect(record.resource().status).toBe('unknown');

    bench.drive.answers = true;
    await bench.pass(5000);

    expect(record.resource().status).toBe('done');
  });

  test('an answer that was lost and proved by reading back is done, and says so', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.resolved = true;

    const record = await bench.run('move-absolute', { position: 3 });

    expect(record.resource()).toMatchObject({ status: 'done', result: { resolved: true } });
  });

  test('a lost answer makes the command unknown, also in the state, until reading back has settled it', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.resolvesAfterMs = 200;

    const record = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(150);
    expect(record.resource().status).toBe('unknown');
    expect(bench.axis.state()).toMatchObject({
      state: 'discreteMotion',
      command: { id: record.id, status: 'unknown' },
    });
    await bench.pass(100);
    expect(record.resource().status).toBe('active');
    expect(bench.axis.state()).toMatchObject({ command: { id: record.id, status: 'active' } });
    await bench.pass(5000);

    expect(record.resource()).toMatchObject({ status: 'done', result: { resolved: true } });
    const told = bench.events.filter(({ command, type }) => command === record.id && type.startsWith('command-'));
    expect(told.map(({ type }) => type)).toEqual([
      'command-accepted',
      'command-active',
      'command-unknown',
      'command-active',
      'command-done',
    ]);
  });

  test('a trigger whose effect stays unknown fails as unverified, and the axis is stopped', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.loseAnswerTo = 'moveTo';

    const record = await bench.run('move-absolute', { position: 100 });
    await bench.pass(200);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'writeUnverified' } });
    expect(bench.axis.state()).toMatchObject({ stopLatched: true, moving: false });
  });

  test('an axis that moves without a command is stopped and held in error until reset', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.push(20_000);
    await bench.pass(300);

    expect(bench.axis.state()).toMatchObject({
      state: 'errorStop',
      fault: { code: 'unexpectedMotion' },
      moving: false,
    });
    await bench.run('reset', {});
    expect(bench.axis.state().state).toBe('stopping');
  });

  test('a bad line refuses motion, a very bad one stops it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.quality = 'stop';
    await bench.pass(200);
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });

    await bench.run('release', {});
    bench.quality = 'refuse-motion';
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('lineQuality');
  });

  test('a line so bad that no reading comes through stops what moves, all the same', async () => {
    const bench = await axisBench();
    await bench.ready();
    await moving(bench);
    bench.drive.answers = false;
    bench.quality = 'stop';
    await bench.pass(400);

    expect(bench.drive.stops).toBe(1);
    expect(bench.axis.state()).toMatchObject({ state: 'unknown', stopLatched: true });
  });

  test('a placeholder profile on a real line is never commanded, unless the site accepts it', async () => {
    const real = await axisBench({ simulated: false });
    expect(await codeOf(real.axis.submit('enable', {}))).toBe('refusedDrive');

    const accepted = await axisBench({ simulated: false, config: spindle({ acceptPlaceholder: true }) });
    expect(await codeOf(accepted.axis.submit('enable', {}))).toBe('admitted');
  });

  test('an enable that does not end in its time has failed', async () => {
    const bench = await axisBench();
    bench.drive.latencyMs = 5000;

    const record = await bench.axis.submit('enable', { timeoutMs: 300 });
    await bench.pass(6000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'driveTimeout' } });
    expect(bench.axis.state().state).toBe('disabled');
  });

  test('parameters that could not be verified fail the move without a stop: nothing was triggered', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.failNext = { kind: 'moveTo', error: new DriverError('NOT_VERIFIED', 'read back 5 for 6') };

    const record = await bench.run('move-absolute', { position: 3 });

    expect(record.resource().status).toBe('failed');
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false });
  });
});
