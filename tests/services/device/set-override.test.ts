import { describe, expect, test } from 'vitest';
import { axisBench, codeOf, spindle } from './axis-bench.ts';

describe('set-override', () => {
  test('takes every velocity as its share, also that of the motion that runs', async () => {
    const bench = await axisBench();
    await bench.ready();
    const move = await bench.axis.submit('move-absolute', { position: 300, velocity: 40 });
    await bench.pass(500);
    expect(bench.axis.state().velocity).toBe(40);

    await bench.run('set-override', { velocityFactor: 0.25 });
    await bench.pass(200);

    expect(bench.axis.state()).toMatchObject({ override: 0.25, velocity: 10, state: 'discreteMotion' });
    expect(move.hasEnded()).toBe(false);
    await bench.pass(40_000);
    expect(move.resource()).toMatchObject({ status: 'done' });
    expect(bench.axis.state().position).toBe(300);
  });

  test('moves nothing at rest, and the next move keeps to it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const accepted = bench.drive.accepted.length;

    await bench.run('set-override', { velocityFactor: 0.5 });
    expect(bench.drive.accepted.length).toBe(accepted);
    await bench.axis.submit('move-absolute', { position: 100, velocity: 40 });
    await bench.pass(500);

    expect(bench.axis.state().velocity).toBe(20);
  });

  test('never lifts a velocity above the limit of the axis', async () => {
    const bench = await axisBench({ config: spindle() });
    await bench.ready();
    await bench.run('set-override', { velocityFactor: 1 });

    expect(await codeOf(bench.axis.submit('move-absolute', { position: 100, velocity: 51 }))).toBe('velocity');
  });
});
