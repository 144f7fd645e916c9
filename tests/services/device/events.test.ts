import { describe, expect, test } from 'vitest';
import { DriveEvent } from '../../../services/contracts/index.ts';
import type { AxisEvent } from '../../../services/device/axis-parts.ts';
import { axisBench, spindle, type AxisBench } from './axis-bench.ts';
import { lineBench } from './line-bench.ts';

// Motion reference 8.4: what an axis tells, with its cause and the command that led to it.

async function readyBench(): Promise<AxisBench> {
  const bench = await axisBench();
  await bench.ready();
  bench.events.length = 0;
  return bench;
}

const typesOf = ({ events }: AxisBench): string[] => events.map(({ type }) => type);
const found = ({ events }: AxisBench, type: string): AxisEvent | undefined =>
  events.find((event) => event.type === type);
const edges = ({ events }: AxisBench): unknown[] =>
  events.filter(({ type }) => type === 'state-changed').map(({ detail, cause, command }) => [detail, cause, command]);

describe('a command', () => {
  test('is told from its acceptance to its end, and each edge with what led to it', async () => {
    const bench = await readyBench();

    const { id } = await bench.run('move-absolute', { position: 20 });

    expect(typesOf(bench)).toEqual([
      'command-accepted',
      'command-active',
      'state-changed',
      'command-done',
      'state-changed',
    ]);
    expect(bench.events.every(({ command }) => command === id)).toBe(true);
    expect(edges(bench)).toEqual([
      ['standstill to discreteMotion', 'command-active', id],
      ['discreteMotion to standstill', 'command-done', id],
    ]);
  });

  test('that is refused is told with the code', async () => {
    const bench = await readyBench();

    await expect(bench.axis.submit('move-absolute', { position: 500 })).rejects.toThrow('leave the range');

    expect(bench.events).toMatchObject([{ type: 'command-refused', cause: 'softLimit' }]);
  });

  test('that waits, and one that ends otherwise, are told so with the reason', async () => {
    const bench = await readyBench();
    const running = await bench.axis.submit('move-absolute', { position: 100 });
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered' });
    await bench.pass(300);
    bench.drive.velocity = 0;
    bench.drive.target = null;
    await bench.pass(2000);

    expect(found(bench, 'command-queued')).toMatchObject({ command: waiting.id });
    expect(found(bench, 'command-failed')).toMatchObject({ command: running.id, cause: 'unexpectedStop' });
    expect(found(bench, 'command-aborted')).toMatchObject({ command: waiting.id, cause: 'superseded' });
  });

  test('of a jog is told from its beginning: renewals that come late, its release', async () => {
    const bench = await readyBench();
    const { id } = await bench.axis.submit('jog', { velocity: 20, ttlMs: 200 });
    await bench.pass(250);
    await bench.axis.submit('jog', { velocity: 20, ttlMs: 200 });
    await bench.pass(50);
    await bench.run('halt', {});

    expect(found(bench, 'jog-started')).toMatchObject({ command: id });
    expect(found(bench, 'jog-renewal-late')).toMatchObject({ command: id });
    expect(typesOf(bench)).toContain('jog-released');
    expect(typesOf(bench)).not.toContain('jog-expired');
  });

  test('to arm and to trigger name themselves', async () => {
    const bench = await readyBench();
    const arm = await bench.run('arm', { position: 20, group: 7, armTtlMs: 1000 });
    const trigger = await bench.run('trigger', {});

    expect(found(bench, 'armed')).toMatchObject({ command: arm.id });
    expect(found(bench, 'triggered')).toMatchObject({ command: trigger.id });
  });

  test('to home or to declare the position tells that the reference is there, and a reboot that it is gone', async () => {
    const bench = await axisBench();
    await bench.run('enable', {});
    const home = await bench.run('home', {});
    const declared = await bench.run('set-position', { position: 5 });
    bench.drive.reboot();
    await bench.pass(100);

    expect(found(bench, 'homing-done')).toMatchObject({ command: home.id });
    expect(found(bench, 'position-set')).toMatchObject({ command: declared.id });
    expect(found(bench, 'homing-lost')).toMatchObject({ cause: 'drive-rebooted' });
  });
});

describe('a stop', () => {
  test('names the command that asked for it, and the edge names the stop', async () => {
    const bench = await readyBench();
    const move = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(300);
    bench.events.length = 0;

    const stop = await bench.run('stop', {});

    expect(found(bench, 'stop-requested')).toMatchObject({ command: stop.id });
    expect(found(bench, 'stop-confirmed')).toMatchObject({ command: stop.id });
    expect(found(bench, 'command-aborted')).toMatchObject({ command: move.id, cause: 'stopped' });
    expect(edges(bench)).toEqual([['discreteMotion to stopping', 'command-aborted', move.id]]);
  });

  test('that no command asked for names none', async () => {
    const bench = await readyBench();
    await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(300);
    const stopped = bench.axis.stop('the door was opened');
    await bench.pass(100);
    await stopped;

    expect(found(bench, 'stop-requested')).toMatchObject({ cause: 'the door was opened', command: undefined });
  });
});

describe('the drive', () => {
  test('in fault is told with the command that ran, and the edge names the fault', async () => {
    const bench = await readyBench();
    const { id } = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(300);
    bench.drive.failWith(0x4310, 'too hot');
    await bench.pass(100);

    expect(found(bench, 'fault-raised')).toMatchObject({ cause: 'temperature', command: id });
    expect(found(bench, 'command-failed')).toMatchObject({ cause: 'fault', command: id });
    expect(edges(bench).at(-1)).toEqual(['discreteMotion to errorStop', 'command-failed', id]);
  });

  test('whose watchdog is written and read back says so, and says when it has tripped', async () => {
    const bench = await axisBench();
    expect(found(bench, 'watchdog-armed')?.detail).toContain('500 ms');
    bench.drive.failWith(0x8130, 'no heartbeat', 'communication');
    await bench.pass(100);

    expect(typesOf(bench)).toContain('watchdog-tripped');
  });

  test('that has no watchdog, or is told to use none, does not claim one', async () => {
    const bench = await axisBench({ config: spindle({ watchdogMs: null }) });

    expect(typesOf(bench)).not.toContain('watchdog-armed');
  });

  test('tells warnings and limits once when they come, and once when they go', async () => {
    const bench = await readyBench();
    bench.drive.warning = true;
    bench.drive.limits = { negative: false, positive: true, home: false };
    await bench.pass(200);
    bench.drive.warning = false;
    bench.drive.limits = { negative: false, positive: false, home: false };
    await bench.pass(200);

    expect(typesOf(bench)).toEqual(['warning-raised', 'limit-entered', 'warning-cleared', 'limit-left']);
    expect(found(bench, 'limit-entered')).toMatchObject({ cause: 'positive limit switch' });
  });

  test('on an inverted axis has its switches at the other ends', async () => {
    const config = spindle();
    const bench = await axisBench({ config: { ...config, axis: { ...config.axis, direction: 'inverted' } } });
    bench.drive.limits = { negative: false, positive: true, home: false };
    await bench.pass(200);

    expect(found(bench, 'limit-entered')).toMatchObject({ cause: 'negative limit switch' });
  });

  test('outside its range says so; at its very end it does not', async () => {
    const bench = await readyBench();
    await bench.run('move-absolute', { position: 400 });
    expect(typesOf(bench)).not.toContain('limit-entered');
    await bench.run('set-position', { position: 410 });
    await bench.pass(100);

    expect(found(bench, 'limit-entered')).toMatchObject({ cause: 'end of the range' });
  });
});

test('what goes on beside it is no cause of an edge: a lease, a refusal', async () => {
  const bench = await axisBench();
  bench.drive.pollMs = 200;
  await bench.pass(100);
  bench.events.length = 0;
  const { id } = await bench.axis.submit('enable', {});
  await bench.pass(20);
  await bench.axis.submit('home', { method: 1 }).catch(() => undefined);
  bench.axis.lease.take({ owner: 'somebody' });
  await bench.pass(500);

  expect(typesOf(bench).slice(-3)).toEqual(['command-refused', 'lease-granted', 'state-changed']);
  expect(edges(bench)).toEqual([['disabled to standstill', 'command-done', id]]);
});

describe('the link', () => {
  test('is told to be degraded when readings are too old, and restored when they are back', async () => {
    const bench = await readyBench();
    bench.drive.answers = false;
    await bench.pass(500);
    bench.drive.answers = true;
    await bench.pass(100);

    expect(found(bench, 'link-degraded')).toMatchObject({ cause: 'stale' });
    expect(edges(bench).at(0)).toEqual(['standstill to unknown', 'link-degraded', undefined]);
    expect(typesOf(bench)).toContain('link-restored');
  });

  test('is told to be degraded when the line is too noisy to move', async () => {
    const bench = await readyBench();
    bench.quality = 'refuse-motion';
    await bench.pass(200);

    expect(bench.events).toMatchObject([{ type: 'link-degraded', cause: 'lineQuality' }]);
  });
});

test('published events are numbered without a gap, and of the published shape', async () => {
  const bench = await lineBench();
  await bench.ready('turntable');
  await bench.run('turntable', 'move-absolute', { position: 10 });
  const told = bench.heard
    .filter(({ topic }) => topic.startsWith('kmotion/drives/turntable/event/'))
    .map(({ payload }) => DriveEvent.parse(JSON.parse(payload)));

  expect(told.length).toBeGreaterThan(5);
  const first = told[0]!.number;
  expect(told.map(({ number }) => number - first)).toEqual(told.map((_, index) => index));
  await bench.close();
});
