import { expect, test } from 'vitest';
import { lineBench, type LineBench } from '../services/device/line-bench.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';

// Engine, drive room and simulator in one process on virtual time: what the fake drive of the axis tests leaves out.

const LIFT = 'lift-left';

async function movingLift(): Promise<{ bench: LineBench; record: CommandRecord }> {
  const bench = await lineBench();
  await bench.ready(LIFT);
  const record = await bench.axis(LIFT).submit('move-absolute', { position: 300 });
  await bench.reach(() => bench.state(LIFT).position! > 50);
  return { bench, record };
}

const shaft = (bench: LineBench): { position: number; velocity: number } => {
  bench.simulator.settle();
  return bench.virtual(LIFT).plant();
};

/** The shaft stands, and still stands a while later. */
async function staysAtRest(bench: LineBench): Promise<void> {
  const before = shaft(bench);
  await bench.pass(3000);
  expect(Math.abs(shaft(bench).position - before.position)).toBeLessThan(20);
}

test('a whole move ends done within its tolerance, near its planned duration', async () => {
  const bench = await lineBench();
  await bench.ready(LIFT);

  const { status, result } = await bench.run(LIFT, 'move-absolute', { position: 200, velocity: 80 });

  expect(status).toBe('done');
  expect(Math.abs(result!.positionError!)).toBeLessThanOrEqual(0.1);
  expect(result!.durationMs! / result!.plannedDurationMs!).toBeLessThan(1.1);
  await bench.close();
});

test('a stop in the middle of a move is confirmed at rest, and release does not resume it', async () => {
  const { bench, record } = await movingLift();

  const stop = await bench.run(LIFT, 'stop', {});

  expect(stop.result).toMatchObject({ stop: 'confirmed' });
  expect(record.resource()).toMatchObject({ status: 'aborted', error: { by: 'stop' } });
  await bench.run(LIFT, 'release', {});
  expect(bench.state(LIFT).state).toBe('standstill');
  await staysAtRest(bench);
  await bench.close();
});

test('a stop between the parameters and the trigger of a move leaves the shaft where it is', async () => {
  const bench = await lineBench();
  await bench.ready(LIFT);
  for (const delayMs of [0, 1, 3, 6, 10, 15]) {
    const at = shaft(bench).position;
    const record = await bench.axis(LIFT).submit('move-absolute', { position: 300 });
    await bench.pass(delayMs);

    await bench.run(LIFT, 'stop', {});

    expect(record.resource().status).toBe('aborted');
    // what a millisecond of motion may have done before the stop frame, and no more
    expect(Math.abs(shaft(bench).position - at)).toBeLessThan(2000);
    await bench.run(LIFT, 'release', {});
  }
  await staysAtRest(bench);
  await bench.close();
});

test('a move superseded in motion goes to the new target without a rest', async () => {
  const { bench, record } = await movingLift();

  const second = await bench.run(LIFT, 'move-absolute', { position: 120 });

  expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'superseded', by: second.id } });
  expect(second).toMatchObject({ status: 'done' });
  expect(bench.state(LIFT).position).toBeCloseTo(120, 1);
  await bench.close();
});

test('a drive that gets too hot in motion fails the move, and only reset and enable bring it back', async () => {
  const { bench, record } = await movingLift();
  bench.virtual(LIFT).injectFault('over-temperature', { atMs: bench.clock.nowMs() });
  await bench.reach(() => record.hasEnded());

  expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'fault' } });
  expect(bench.state(LIFT)).toMatchObject({ state: 'errorStop', fault: { category: 'temperature' } });
  bench.virtual(LIFT).clearFaults();
  await bench.reach(() => bench.state(LIFT).moving === false);
  expect((await bench.run(LIFT, 'reset', {})).status).toBe('done');
  expect((await bench.run(LIFT, 'enable', {})).status).toBe('done');
  await staysAtRest(bench);
  await bench.close();
});

test('a drive that loses its power in motion fails the move as rebooted, unhomed and in a new epoch', async () => {
  const { bench, record } = await movingLift();
  const { epoch } = bench.state(LIFT);
  bench.virtual(LIFT).injectFault('reboot', { atMs: bench.clock.nowMs() });
  await bench.reach(() => record.hasEnded());
  await bench.reach(() => bench.host.reasonsNotReady().length === 0);

  expect(record.resource().status).toBe('failed');
  expect(bench.state(LIFT)).toMatchObject({ homed: false });
  expect(bench.state(LIFT).epoch).not.toBe(epoch);
  // without power it coasts; that is found in motion, and latched
  await bench.reach(() => bench.state(LIFT).moving === false);
  expect(bench.state(LIFT).stopLatched).toBe(true);
  await staysAtRest(bench);
  await bench.close();
});

test('a line unplugged in motion: unknown, the drive stops itself, and back it is latched and moves for nobody', async () => {
  const { bench, record } = await movingLift();
  bench.wire.addMishap({ kind: 'unplug' });
  await bench.reach(() => bench.state(LIFT).state === 'unknown', 1000);
  expect(bench.state(LIFT)).toMatchObject({ position: null, moving: null, link: 'offline' });
  expect(record.resource().status).toBe('unknown');

  await bench.pass(2000);
  expect(Math.abs(shaft(bench).velocity)).toBeLessThan(100);
  bench.wire.clearMishaps();
  await bench.reach(() => bench.host.reasonsNotReady().length === 0);
  await bench.reach(() => record.hasEnded());

  expect(record.resource().status).toBe('failed');
  expect(bench.state(LIFT)).toMatchObject({ stopLatched: true });
  await staysAtRest(bench);
  await bench.close();
});

test('a device process killed in motion: the watchdog stops the drive, the next process finds it and latches it', async () => {
  const { bench } = await movingLift();
  const { epoch } = bench.state(LIFT);

  await bench.restart();
  await bench.reach(() => bench.state(LIFT).moving === false);

  expect(bench.state(LIFT).stopLatched).toBe(true);
  expect(['stopping', 'errorStop']).toContain(bench.state(LIFT).state);
  expect(bench.state(LIFT).epoch).not.toBe(epoch);
  await staysAtRest(bench);
  await bench.close();
});

test('lost answers, also to triggers, never move twice nor leave a command without an end', async () => {
  const bench = await lineBench(11);
  await bench.ready(LIFT);
  bench.wire.addMishap({ kind: 'drop', way: 'answer', rate: 0.003 });
  const ends: string[] = [];

  for (let move = 0; move < 12; move++) {
    const { status } = await bench.run(LIFT, 'move-absolute', { position: move % 2 === 0 ? 20 : 10 });
    ends.push(status);
    if (bench.state(LIFT).stopLatched) await bench.run(LIFT, 'release', {});
  }

  expect(ends.filter((status) => status === 'done').length).toBeGreaterThan(6);
  await bench.close();
});
