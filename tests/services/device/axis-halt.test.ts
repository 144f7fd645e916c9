import { describe, expect, test } from 'vitest';
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

  test('disable is taken in motion and aborts it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    await bench.run('disable', {});

    expect(record.resource().status).toBe('aborted');
    expect(bench.axis.state().state).toBe('disabled');
  });
});
