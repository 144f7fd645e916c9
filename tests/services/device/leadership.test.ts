import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../services/contracts/index.ts';
import { lineBench, type LineBench } from './line-bench.ts';

// Two orchestrators ask one line to obey them; the line's own process decides, by its own clock.

const TTL_MS = 3000;
const north = { name: 'north', url: 'http://10.0.0.5:8080' };
const south = { name: 'south', url: 'http://10.0.0.6:8080' };
const NORTH = { leader: north, instance: '00000000-0000-4000-8000-000000000001', ttlMs: TTL_MS };
const SOUTH = { leader: south, instance: '00000000-0000-4000-8000-000000000002', ttlMs: TTL_MS };

let bench: LineBench;
beforeEach(async () => {
  bench = await lineBench();
  await bench.ready('lift-left', 'lift-right');
});
afterEach(() => bench.close());

const codeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'taken';
  } catch (error) {
    return error instanceof Refusal ? error.problem.code : String(error);
  }
};
const move = (fence: string | undefined, position = 50): Promise<string> =>
  codeOf(() => bench.axis('lift-left').submit('move-absolute', { position }, fence));
const drives = ['lift-left', 'lift-right'];

describe('the leadership of a line', () => {
  test('belongs to one orchestrator at a time, and two processes of one name are two', async () => {
    const { leadership } = bench.host;
    expect(leadership.state()).toMatchObject({ leader: null, lapsed: false });

    leadership.take(NORTH);

    expect(await codeOf(() => leadership.take(SOUTH))).toBe('leaseHeld');
    expect(await codeOf(() => leadership.take({ ...SOUTH, leader: north }))).toBe('leaseHeld');
    expect(leadership.state()).toMatchObject({ leader: north, lapsed: false });
  });

  test('taken over while it is held fences the one before at once, for whatever it asks', async () => {
    const { leadership } = bench.host;
    const { token: before } = leadership.take(NORTH);
    expect(await move(before)).toBe('taken');

    const { token } = leadership.take({ ...SOUTH, takeOver: true });

    expect(await move(before, 60)).toBe('fenced');
    expect(await codeOf(() => leadership.renew({ token: before, ttlMs: TTL_MS }))).toBe('fenced');
    expect(await codeOf(() => leadership.giveBack(before))).toBe('fenced');
    expect(leadership.state().leader).toEqual(south);
    expect(await move(token, 60)).toBe('taken');
  });

  test('that is not renewed lapses by the clock of the line: whoever slept comes back fenced, also while nobody else leads', async () => {
    const { leadership } = bench.host;
    const { token: before } = leadership.take(NORTH);
    await bench.pass(TTL_MS - 100);
    leadership.renew({ token: before, ttlMs: TTL_MS });
    await bench.pass(TTL_MS - 100);
    expect(await move(before)).toBe('taken');

    await bench.pass(200);

    expect(await move(before, 60)).toBe('fenced');
    expect(leadership.state()).toMatchObject({ leader: null, lapsed: true });
    leadership.take(SOUTH);
    expect(await move(before, 60)).toBe('fenced');
  });

  test('is no business of whoever commands a drive directly, and never stands before a stop', async () => {
    const { token } = bench.host.leadership.take(NORTH);
    bench.host.leadership.take({ ...SOUTH, takeOver: true });

    expect(await move(undefined)).toBe('taken');
    const record = await bench.axis('lift-left').submit('stop', {}, token);
    await bench.until(record.ended);

    expect(record.resource().result).toMatchObject({ stop: 'confirmed' });
  });

  test('of a process that was started anew knows no token of the one before', async () => {
    const { token: before } = bench.host.leadership.take(NORTH);
    await bench.restart();

    expect(await move(before)).toBe('fenced');
    bench.host.leadership.take(NORTH);
    expect(await move(before)).toBe('fenced');
  });

  test('is asked for by a common start too: what the one before has armed it cannot start', async () => {
    const { leadership } = bench.host;
    const { token: before } = leadership.take(NORTH);
    for (const drive of drives) {
      const record = await bench.axis(drive).submit('arm', { position: 60, group: 9, armTtlMs: 5000 }, before);
      await bench.until(record.ended);
    }
    leadership.take({ ...SOUTH, takeOver: true });

    const refused = bench.until(bench.host.trigger({ group: 9, drives }, before));

    await expect(refused).rejects.toMatchObject({ problem: { errors: [{ code: 'fenced' }, { code: 'fenced' }] } });
    await bench.pass(1000);
    expect(drives.map((drive) => bench.state(drive).moving)).toEqual([false, false]);
  });

  test('that ends while a distance waits for a reading gives it no right any more', async () => {
    const { leadership } = bench.host;
    const { token: before } = leadership.take(NORTH);
    bench.wire.addMishap({ kind: 'late', rate: 1, ms: 60 });
    await bench.pass(200);

    const waiting = codeOf(() => bench.axis('lift-left').submit('move-relative', { distance: 5 }, before));
    leadership.take({ ...SOUTH, takeOver: true });
    bench.wire.clearMishaps();
    await bench.pass(1000);

    expect(await waiting).toBe('fenced');
  });

  test('lost while a move waits behind another ends that move before it begins; the one that runs goes to its end', async () => {
    const { leadership } = bench.host;
    const axis = bench.axis('lift-left');
    const { token: before } = leadership.take(NORTH);
    const running = await axis.submit('move-absolute', { position: 40 }, before);
    const waiting = await axis.submit('move-absolute', { position: 80, bufferMode: 'buffered' }, before);

    leadership.take({ ...SOUTH, takeOver: true });
    await bench.until(running.ended);
    await bench.until(waiting.ended);
    await bench.pass(500);

    expect(running.resource().status).toBe('done');
    expect(waiting.resource()).toMatchObject({ status: 'aborted', error: { code: 'fenced' } });
    expect(bench.state('lift-left').position).toBeCloseTo(40, 1);
  });
});
