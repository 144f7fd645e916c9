import { describe, expect, test } from 'vitest';
import { axisBench, codeOf, moving, uuid } from './axis-bench.ts';

describe('stop', () => {
  test('asked for anew while an unanswered one is under way is sent at once, not when that one is repeated', async () => {
    const bench = await axisBench();
    bench.drive.answers = false;
    void bench.axis.stop('test');
    await bench.pass(10);
    expect(bench.drive.stops).toBe(1);

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(2);
  });

  test('asked for anew of a drive that is known to be silent waits, for each try costs the other drives their line', async () => {
    const bench = await axisBench();
    bench.drive.offline();
    await bench.pass(10);
    void bench.axis.stop('test');

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(1);
  });

  test('in motion ends everything, is confirmed at rest and latched until released', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered' });

    const stop = await bench.run('stop', {});

    expect(stop.resource()).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped', by: 'stop' } });
    expect(waiting.resource().status).toBe('aborted');
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('stopLatched');

    const at = bench.axis.state().position;
    await bench.run('release', {});
    await bench.pass(1000);
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false, position: at });
  });

  test('between admission and the first frame drops the move', async () => {
    const bench = await axisBench();
    await bench.ready();
    const before = bench.drive.accepted.length;

    const record = await bench.axis.submit('move-absolute', { position: 100 });
    const stopped = bench.axis.stop('test');
    await bench.pass(500);

    expect(await stopped).toEqual({ confirmed: true });
    expect(record.resource().status).toBe('aborted');
    expect(bench.drive.accepted).toHaveLength(before);
    expect(bench.axis.state()).toMatchObject({ moving: false, position: 0 });
  });

  test('that nobody answers is unconfirmed, and says so', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.answers = false;

    const stop = await bench.run('stop', {});

    expect(stop.resource()).toMatchObject({ status: 'failed', result: { stop: 'unconfirmed' } });
    expect(bench.axis.state().stopLatched).toBe(true);
  });

  test('is taken whatever the epoch, the age, the state or the id', async () => {
    const bench = await axisBench();
    const id = uuid(2);
    await bench.run('enable', { id });

    const stop = await bench.run('stop', { id, epoch: 'of-yesterday', issuedAt: '2020-01-01T00:00:00.000Z', ttlMs: 1 });

    expect(stop.resource().status).toBe('done');
    expect(stop.id).not.toBe(id);
  });

  test('that comes while a release is carried out keeps its latch, although the drive has obeyed the release', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('stop', {});
    bench.drive.resolvesAfterMs = 100;
    const release = await bench.axis.submit('release', {});
    await bench.pass(50);

    await bench.run('stop', {});
    await bench.pass(500);

    expect(release.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
  });

  test('that comes while a reset is carried out leaves the error that was to be reset, although the drive has obeyed', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.push(100_000);
    await bench.pass(300);
    bench.drive.failWith(0x4210, 'too hot');
    await bench.pass(50);
    bench.drive.resolvesAfterMs = 100;
    const reset = await bench.axis.submit('reset', {});
    await bench.pass(50);

    await bench.run('stop', {});
    await bench.pass(500);

    expect(reset.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', fault: { code: 'unexpectedMotion' } });
  });

  test('whose axis still swings about its rest is released with the reading that shows it at rest', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('stop', {});
    bench.drive.push(1);
    await bench.pass(40);
    expect(bench.axis.state().moving).toBe(true);

    const release = bench.axis.submit('release', {});
    await bench.pass(100);
    bench.drive.stall();
    await bench.pass(100);

    expect((await release).resource().status).toBe('done');
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false });
  });

  test('whose axis is turned on and on is not released, and stays latched', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('stop', {});
    bench.drive.push(1);
    await bench.pass(40);

    const release = codeOf(bench.axis.submit('release', {}));
    await bench.pass(1000);

    expect(await release).toBe('busy');
    expect(bench.axis.state().stopLatched).toBe(true);
  });
});
