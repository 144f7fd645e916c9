import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { axisBench, codeOf, moving, spindle } from './axis-bench.ts';
import { lineBench } from './line-bench.ts';

describe('halt, cancel, disable', () => {
  test('halt ends the motion at rest, unlatched', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    const halt = await bench.run('halt', {});

    expect(halt.resource().status).toBe('done');
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { by: halt.id } });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false, target: null });
  });

  test('halts along the ramp that is asked for, and may be asked again for a gentler one', async () => {
    const bench = await axisBench();
    await bench.ready();
    await moving(bench);

    const halt = await bench.run('halt', { deceleration: 25 });

    expect(halt.resource().status).toBe('done');
    expect(bench.drive.accepted.at(-1)).toEqual({ kind: 'halt', ramp: 250_000 });
  });

  test('a ramp that is too steep, or too gentle to come to rest inside the range, is refused, and what runs goes on', async () => {
    const bench = await axisBench();
    await bench.ready();
    const running = await bench.axis.submit('move-absolute', { position: 400 });
    await bench.pass(7000);

    expect(await codeOf(bench.axis.submit('halt', { deceleration: 201 }))).toBe('acceleration');
    expect(await codeOf(bench.axis.submit('halt', { deceleration: 10 }))).toBe('softLimit');
    await bench.pass(3000);

    expect(running.resource()).toMatchObject({ status: 'done', result: { finalPosition: 400 } });
  });

  test('a drive whose halt has no ramp to choose says so before it does anything', async () => {
    const bench = await axisBench({ config: spindle({ profile: shippedProfile('leadshine-pr-rs') }) });
    await bench.run('enable', {});
    const before = bench.drive.accepted.length;

    expect(await codeOf(bench.axis.submit('halt', { deceleration: 100 }))).toBe('unsupported');
    expect(bench.drive.accepted).toHaveLength(before);
  });

  test('cancelling the running move halts it; cancelling a waiting one leaves the running one alone', async () => {
    const bench = await axisBench();
    await bench.ready();
    const running = await moving(bench);
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered' });

    await bench.axis.cancel(waiting.id);
    expect([waiting.resource().status, running.resource().status]).toEqual(['aborted', 'active']);
    await bench.axis.cancel(running.id);
    await bench.pass(300);

    expect(running.resource()).toMatchObject({ status: 'aborted', error: { by: 'cancel' } });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test('disable in motion is no standstill before the drive has braked', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('move-absolute', { position: 300 });
    // nothing has been read since it began to move
    await bench.pass(bench.drive.latencyMs);
    bench.drive.answers = false;
    await bench.pass(200);
    bench.drive.answers = true;
    bench.drive.latencyMs = 200;

    await bench.axis.submit('disable', {});
    expect(bench.axis.state()).toMatchObject({ state: 'discreteMotion', moving: false });
    await bench.pass(100);
    await bench.axis.submit('disable', {});

    expect(bench.axis.state()).toMatchObject({ state: 'discreteMotion', moving: true });
    await bench.pass(400);
    expect(bench.axis.state()).toMatchObject({ state: 'disabled', moving: false });
  });

  test('disable of a motion that only just begins is no standstill, though one reading shows no speed yet', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('move-absolute', { position: 300 });
    await bench.pass(bench.drive.latencyMs);
    const { velocity, target } = bench.drive;
    Object.assign(bench.drive, { velocity: 0, target: null, latencyMs: 200 });

    await bench.axis.submit('disable', {});
    await bench.pass(bench.drive.pollMs);
    expect(bench.axis.state()).toMatchObject({ state: 'discreteMotion', moving: false });

    Object.assign(bench.drive, { velocity, target });
    await bench.pass(100);
    expect(bench.axis.state()).toMatchObject({ state: 'discreteMotion', moving: true });
  });

  test('disable in a jog leaves it a continuous motion until the drive has braked', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(100);
    bench.drive.latencyMs = 200;

    await bench.axis.submit('disable', {});
    await bench.pass(100);

    expect(bench.axis.state()).toMatchObject({ state: 'continuousMotion', moving: true });
    await bench.pass(400);
    expect(bench.axis.state()).toMatchObject({ state: 'disabled', moving: false });
  });

  test('disable that fails in motion stops it: what it took the place of would go on without a command', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('move-absolute', { position: 300 });
    await bench.pass(200);
    bench.drive.failNext = { kind: 'disable', error: new DriverError('EXPIRED', 'its turn came too late') };

    const record = await bench.run('disable', {});
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'ttlExpired' } });
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
    expect(bench.axis.state().fault).toBeNull();
  });

  test('disable is taken in motion and aborts it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    await bench.run('disable', {});

    expect(record.resource().status).toBe('aborted');
    expect(bench.axis.state().state).toBe('disabled');
  });
});

describe('a shaft', () => {
  test('that is halted along a ramp of its own takes its way and its time to come to rest', async () => {
    const bench = await lineBench();
    await bench.ready('lift-left');
    void bench.axis('lift-left').submit('move-absolute', { position: 300, velocity: 50 });
    await bench.reach(() => (bench.state('lift-left').position ?? 0) > 100);

    const from = bench.state('lift-left').position ?? 0;
    const halt = await bench.run('lift-left', 'halt', { deceleration: 25 });
    const way = (bench.state('lift-left').position ?? 0) - from;

    // v / b and v^2 / 2b: 50 mm/s by 25 mm/s2, and what the frames take
    expect(halt).toMatchObject({ status: 'done' });
    expect(halt.result?.durationMs).toBeGreaterThan(1990);
    expect(halt.result?.durationMs).toBeLessThan(2400);
    expect(way).toBeGreaterThan(50);
    expect(way).toBeLessThan(56);
    await bench.close();
  });
});
