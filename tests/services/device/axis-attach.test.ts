import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { axisBench, codeOf, spindle, type AxisBench } from './axis-bench.ts';

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
    expect(bench.drive.suspicions).toBe(1);
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
    expect(bench.drive.suspicions).toBe(1);
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

const found = (onAttach: 'stop' | 'observe') =>
  axisBench({
    config: spindle({ onAttach, axis: { ...spindle().axis, homingRequired: false } }),
    before(drive) {
      drive.power = 'enabled';
      drive.push(100_000);
    },
  });

describe('a drive that is found in motion', () => {
  test('is stopped, and told, unless the site says otherwise', async () => {
    const bench = await found('stop');

    expect(bench.drive.stops).toBe(1);
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'found-in-motion', cause: 'stop' }));
    expect(bench.axis.state()).toMatchObject({ stopLatched: true, moving: false });
  });

  test('and only observed goes on, latched: nothing is commanded before it rests and is released', async () => {
    const bench = await found('observe');
    await bench.pass(2000);

    expect(bench.drive.stops).toBe(0);
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'found-in-motion', cause: 'observe' }));
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', moving: true, fault: null });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('stopLatched');
    const release = codeOf(bench.axis.submit('release', {}));
    await bench.pass(500);
    expect(await release).toBe('busy');

    bench.drive.stall();
    await bench.pass(100);
    await bench.run('release', {});
    expect((await bench.run('move-absolute', { position: 1 })).resource().status).toBe('done');
    bench.drive.push(100_000);
    await bench.pass(300);
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', fault: { code: 'unexpectedMotion' } });
  });

  test('and only observed is stopped all the same when its line becomes too bad', async () => {
    const bench = await found('observe');

    bench.quality = 'stop';
    await bench.pass(100);

    expect(bench.drive.stops).toBe(1);
    expect(bench.axis.state()).toMatchObject({ moving: false, stopLatched: true });
  });
});

const armed = ({ events }: AxisBench): string => events.find(({ type }) => type === 'watchdog-armed')?.detail ?? '';

describe('the settings of a drive', () => {
  test('that were other than they must be are told with both values', async () => {
    const bench = await axisBench();

    bench.drive.reconfigured({ signal: 'watchdogTimeout', held: 0, wanted: 500 });

    const detail = 'It held watchdogTimeout 0 where 500 is wanted; written and read back.';
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'configuration-changed', detail }));
  });

  test('that make it another drive than its profile describes are told, and nothing is commanded', async () => {
    const bench = await axisBench();

    bench.drive.refuse('encoderLines reads 2500 where 1024 is needed');

    const detail = 'encoderLines reads 2500 where 1024 is needed';
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'drive-refused', detail }));
    expect(await codeOf(bench.axis.submit('enable', {}))).toBe('refusedDrive');
  });

  test('are not said to be read back where the drive cannot be asked', async () => {
    const asked = await axisBench();
    const unasked = await axisBench({ config: spindle({ profile: shippedProfile('mks-servo42d-57d') }) });

    expect(armed(asked)).toContain('read back');
    expect(armed(unasked)).toContain('cannot be asked');
  });
});
