import { describe, expect, test } from 'vitest';
import { axisBench, type AxisBench, codeOf } from './axis-bench.ts';

describe('a drive that does not count its power-ups', () => {
  const uncounted = { before: (drive: AxisBench['drive']) => void (drive.bootCounter = null) };

  test('whose position jumps farther than the axis can move has lost its count: not homed any more, in a new epoch', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    await bench.run('move-absolute', { position: 100 });
    const { epoch } = bench.axis.state();

    bench.drive.loseCount();
    await bench.pass(100);

    expect(bench.axis.state()).toMatchObject({ homed: false });
    expect(bench.axis.state().epoch).not.toBe(epoch);
    expect(bench.events.map(({ type }) => type)).toContain('drive-rebooted');
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 50 }))).toBe('stopLatched');
  });

  test('that says itself that it is not referenced any more is believed, whatever was homed before', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    const { epoch } = bench.axis.state();

    bench.drive.referenced = false;
    await bench.pass(100);

    expect(bench.axis.state()).toMatchObject({ homed: false });
    expect(bench.axis.state().epoch).not.toBe(epoch);
  });

  test('keeps its reference through moves at full speed, homing and set-position', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    await bench.run('move-absolute', { position: 390 });
    await bench.run('set-position', { position: 10 });
    await bench.run('move-absolute', { position: 300 });

    expect(bench.axis.state()).toMatchObject({ homed: true });
    expect(bench.events.map(({ type }) => type)).not.toContain('drive-rebooted');
  });
});

describe('attach', () => {
  test('a drive found at rest and unpowered is disabled, free and in a new epoch', async () => {
    const bench = await axisBench();

    expect(bench.axis.state()).toMatchObject({ state: 'disabled', stopLatched: false, link: 'online', stale: false });
    expect(bench.drive.stops).toBe(0);
  });

  test('a drive found powered is stopped and latched', async () => {
    const bench = await axisBench({ before: (drive) => void (drive.power = 'enabled') });

    expect(bench.drive.stops).toBe(1);
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
  });

  test('before the first reading the state is unknown, and nothing is commanded', async () => {
    const bench = await axisBench({ before: (drive) => void (drive.answers = false) });

    expect(bench.axis.state()).toMatchObject({ state: 'unknown', position: null, moving: null, homed: null });
    expect(await codeOf(bench.axis.submit('enable', {}))).toBe('unknownState');
  });
});
