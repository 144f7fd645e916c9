import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { axisBench, moving } from './axis-bench.ts';

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
