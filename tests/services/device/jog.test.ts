import { describe, expect, test } from 'vitest';
import { axisBench, codeOf, spindle, type AxisBench } from './axis-bench.ts';

/** v (ttl + L) + v^2 / 2B, written down a second time: 20 mm/s, 500 ms, 100 ms, 200 mm/s2. */
const PROMISED_MM = 20 * 0.6 + 20 ** 2 / 400;

async function jogging(): Promise<{ bench: AxisBench; record: Awaited<ReturnType<AxisBench['axis']['submit']>> }> {
  const bench = await axisBench();
  await bench.ready();
  const record = await bench.axis.submit('jog', { velocity: 20 });
  await bench.pass(100);
  return { bench, record };
}

describe('a jog', () => {
  test('promises how far it can go, and goes so far and no farther when nobody renews it', async () => {
    const { bench, record } = await jogging();
    expect(record.resource().jog?.overtravel).toBeCloseTo(PROMISED_MM, 6);
    expect(bench.axis.state().state).toBe('continuousMotion');

    await bench.pass(3000);

    expect(record.resource().status).toBe('done');
    expect(bench.axis.state().position).toBeCloseTo(PROMISED_MM, 2);
    expect(bench.events.map(({ type }) => type)).toContain('jog-expired');
  });

  test('renewed goes on under one record, at one velocity, and ends within its promise of the last renewal', async () => {
    const { bench, record } = await jogging();
    for (let renewal = 0; renewal < 20; renewal++) {
      const again = await bench.axis.submit('jog', { velocity: 20 });
      expect(again.id).toBe(record.id);
      await bench.pass(250);
      expect(bench.axis.state()).toMatchObject({ state: 'continuousMotion', velocity: 20 });
    }
    await bench.axis.submit('jog', { velocity: 20 });
    const atMm = bench.axis.state().position!;

    await bench.pass(3000);

    expect(bench.axis.state().position! - atMm).toBeLessThanOrEqual(PROMISED_MM + 0.01);
    expect(bench.axis.state().position! - atMm).toBeGreaterThan(PROMISED_MM - 2);
    expect(record.resource().status).toBe('done');
  });

  test('promises the way since a renewal came, also where that waited for a reading', async () => {
    const { bench, record } = await jogging();
    bench.drive.pollMs = 200;
    await bench.pass(300);
    const { position, sampledAt } = bench.axis.state();
    const sinceMs = bench.clock.unixMs() - Date.parse(sampledAt!);
    const cameAtMm = position! + (20 * sinceMs) / 1000;

    const renewed = bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(300);
    await renewed;
    const { overtravel } = record.resource().jog!;
    await bench.pass(3000);

    expect(sinceMs).toBeGreaterThan(50);
    expect(overtravel).toBeCloseTo(PROMISED_MM, 6);
    expect(bench.axis.state().position! - cameAtMm).toBeLessThanOrEqual(overtravel);
  });

  test('is not moved on by a renewal whose time to live ends, counted from its issue, before it leaves', async () => {
    const { bench } = await jogging();
    const accepted = bench.drive.accepted.length;
    bench.drive.latencyMs = 200;

    const issuedAt = new Date(bench.clock.unixMs() - 150).toISOString();
    await bench.axis.submit('jog', { velocity: 20, ttlMs: 300, issuedAt });
    await bench.pass(250);

    expect(bench.drive.accepted.length).toBe(accepted);
  });

  test('is not prolonged by a renewal that is a duplicate or came out of order', async () => {
    const { bench } = await jogging();
    const at = (ms: number): string => new Date(bench.clock.unixMs() + ms).toISOString();
    const renewal = { velocity: 20, id: '018f7b2e-0000-4000-8000-000000000001', issuedAt: at(0) };
    await bench.axis.submit('jog', renewal);
    const accepted = bench.drive.accepted.length;
    await bench.pass(200);

    await bench.axis.submit('jog', renewal);
    expect(await codeOf(bench.axis.submit('jog', { velocity: 20, issuedAt: at(-210) }))).toBe('ttlExpired');
    await bench.pass(100);

    expect(bench.drive.accepted.length).toBe(accepted + 1);
  });

  test('is not prolonged by a renewal whose time to live runs out before the drive can be told, and goes on', async () => {
    const { bench, record } = await jogging();
    const at = (ms: number): string => new Date(bench.clock.unixMs() + ms).toISOString();
    const accepted = bench.drive.accepted.length;
    bench.drive.latencyMs = 300;

    // half of its 400 ms are gone when it comes
    await bench.axis.submit('jog', { velocity: 20, ttlMs: 400, issuedAt: at(-200) });
    await bench.pass(310);

    expect(bench.drive.accepted.length).toBe(accepted);
    expect(bench.events.at(-1)).toMatchObject({ type: 'jog-renewal-late', command: record.id });
    expect(bench.drive.stops).toBe(0);
    await bench.pass(3000);
    expect(record.resource().status).toBe('done');
    expect(bench.axis.state().position).toBeCloseTo(PROMISED_MM, 2);
  });

  test('that is renewed once more after a renewal that came too late runs on', async () => {
    const { bench, record } = await jogging();
    bench.drive.latencyMs = 300;
    const issuedAt = new Date(bench.clock.unixMs() - 200).toISOString();
    await bench.axis.submit('jog', { velocity: 20, ttlMs: 400, issuedAt });
    await bench.pass(310);
    bench.drive.latencyMs = 5;

    await bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(3000);

    expect(record.resource().status).toBe('done');
    expect(bench.axis.state().position).toBeGreaterThan(PROMISED_MM + 20 * 0.3);
  });

  test('without a time to live of its own has that of a jog, from its first set-point on', async () => {
    const bench = await axisBench();
    await bench.ready();
    const issuedAt = new Date(bench.clock.unixMs() - 600).toISOString();
    expect(await codeOf(bench.axis.submit('jog', { velocity: 20, issuedAt }))).toBe('ttlExpired');

    bench.drive.latencyMs = 600;
    const record = await bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(3000);

    expect(record.resource().status).toBe('failed');
    expect(bench.axis.state().position).toBe(0);
  });

  test('that was to renew one which has failed meanwhile begins in its own time to live, or not at all', async () => {
    const bench = await axisBench();
    await bench.ready();
    Object.assign(bench.drive, { pollMs: 800, latencyMs: 600 });
    await bench.pass(30);
    const first = await bench.axis.submit('jog', { velocity: 20, ttlMs: 300 });
    await bench.pass(370);
    const second = bench.axis.submit('jog', { velocity: 20, ttlMs: 500 });
    await bench.pass(300);
    expect(first.resource().status).toBe('failed');

    // it is admitted by the next reading, 80 ms before its time ends
    bench.drive.latencyMs = 150;
    await bench.pass(3000);

    expect((await second).resource()).toMatchObject({ status: 'failed', error: { code: 'ttlExpired' } });
    expect(bench.drive.positionNow()).toBe(0);
  });

  test('under an override goes its share of the way, in no more time than it was asked for', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('set-override', { velocityFactor: 0.25 });

    const record = await bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(3000);

    const promised = 5 * 0.6 + 5 ** 2 / 400;
    expect(record.resource()).toMatchObject({ status: 'done', jog: { overtravel: promised } });
    expect(bench.axis.state().position).toBeCloseTo(promised, 2);
  });

  test('is turned round from where it is, however old the last reading is', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('move-absolute', { position: 100 });
    await bench.axis.submit('jog', { velocity: 20 });
    bench.drive.pollMs = 250;
    await bench.pass(245);
    const atMm = 100 + 20 * (0.245 - bench.drive.latencyMs / 1000);

    const renewed = bench.axis.submit('jog', { velocity: -20 });
    await bench.pass(3000);
    const { overtravel } = (await renewed).resource().jog!;

    expect(atMm - bench.axis.state().position!).toBeLessThanOrEqual(overtravel);
    // what it waited for the reading is no time to jog: the promise counts from when the renewal came
    expect(overtravel).toBeLessThanOrEqual(20 * 0.6 + 20 * 0.1 + 20 ** 2 / 400);
  });

  test('at rest at its last target is renewed as from rest, though the end of it has not been told yet', async () => {
    const bench = await axisBench({ config: spindle({ poll: { idleMs: 120, movingMs: 120 } }) });
    await bench.ready();
    bench.drive.pollMs = 300;
    const first = await bench.axis.submit('jog', { velocity: 40, ttlMs: 200 });
    await bench.pass(620);
    expect(first.hasEnded()).toBe(false);

    const { jog } = (await bench.axis.submit('jog', { velocity: 5 })).resource();

    expect(jog?.overtravel).toBeCloseTo(5 * 0.6 + 5 ** 2 / 400, 2);
  });

  test('never goes beyond the range, and at its end refuses to begin', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('move-absolute', { position: 398 });

    await bench.axis.submit('jog', { velocity: 50 });
    await bench.pass(2000);

    expect(bench.axis.state().position).toBe(400);
    expect(await codeOf(bench.axis.submit('jog', { velocity: 50 }))).toBe('softLimit');
    expect(await codeOf(bench.axis.submit('jog', { velocity: -50 }))).toBe('admitted');
  });

  test('is ended by halt and by stop, and a renewal that comes later begins nothing', async () => {
    const { bench, record } = await jogging();
    await bench.run('stop', {});
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });

    expect(await codeOf(bench.axis.submit('jog', { velocity: 20 }))).toBe('stopLatched');

    await bench.run('release', {});
    const second = await bench.axis.submit('jog', { velocity: 20 });
    await bench.pass(100);
    await bench.run('halt', {});
    expect(second.resource().status).toBe('aborted');
    expect(bench.axis.state().state).toBe('standstill');
  });

  test('does not take over from a move', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('move-absolute', { position: 300 });
    await bench.pass(200);

    expect(await codeOf(bench.axis.submit('jog', { velocity: 20 }))).toBe('busy');
  });

  test('faster than the axis may go is refused', async () => {
    const bench = await axisBench();
    await bench.ready();

    expect(await codeOf(bench.axis.submit('jog', { velocity: 51 }))).toBe('velocity');
  });
});
