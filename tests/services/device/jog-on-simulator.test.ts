import { describe, expect, test } from 'vitest';
import { lineBench, type LineBench } from './line-bench.ts';

async function jogged(velocity: number): Promise<{ bench: LineBench; at: () => number }> {
  const bench = await lineBench();
  await bench.ready('lift-left');
  await bench.run('lift-left', 'move-absolute', { position: 200 });
  const countsPerMm = 20_000;
  const at = (): number => {
    bench.simulator.settle();
    return bench.virtual('lift-left').plant().position / countsPerMm;
  };
  for (let renewal = 0; renewal < 8; renewal++) {
    await bench.axis('lift-left').submit('jog', { velocity });
    await bench.pass(250);
  }
  await bench.axis('lift-left').submit('jog', { velocity });
  return { bench, at };
}

describe('a jog on engine, drive room and simulator', () => {
  test.each([20, -20, 60])(
    'of %s mm/s runs evenly, and with the device process gone ends within its promise',
    async (velocity) => {
      const { bench, at } = await jogged(velocity);
      const lastAcceptedMm = at();
      const speed = Math.abs(velocity);
      const promised = speed * 0.6 + speed ** 2 / 400;
      expect(Math.abs(bench.virtual('lift-left').plant().velocity / 20_000)).toBeCloseTo(speed, 0);
      await bench.pass(30);

      await bench.host.line.close();
      await bench.pass(5000);

      expect(Math.abs(at() - lastAcceptedMm)).toBeLessThanOrEqual(promised + 0.1);
      expect(bench.virtual('lift-left').plant().velocity).toBe(0);
    },
  );

  test.each([
    [60, 5],
    [60, 20],
    [-60, -5],
    [20, 60],
    [60, -5],
    [-60, 5],
    [20, -60],
    [5, -5],
  ])(
    'renewed out of %s mm/s with %s mm/s it promises what it needs to get there, and keeps it',
    async (first, then) => {
      const { bench, at } = await jogged(first);
      await bench.pass(300);
      const renewedMm = at();
      const record = await bench.axis('lift-left').submit('jog', { velocity: then });
      const promised = record.resource().jog!.overtravel;
      const way: number[] = [];
      for (let step = 0; step < 200; step++) {
        await bench.pass(20);
        way.push(at() - renewedMm);
      }

      expect(Math.max(...way.map(Math.abs))).toBeLessThanOrEqual(promised + 0.1);
      expect(bench.virtual('lift-left').plant().velocity).toBe(0);
      expect(record.resource().status).toBe('done');
      // once it has turned to where it is asked to go, it never comes back
      const turned = way.findIndex((mm, step) => step > 0 && (mm - way[step - 1]!) * then > 0);
      const steps = way.slice(turned).map((mm, step, rest) => (mm - (rest[step - 1] ?? mm)) * Math.sign(then));
      expect(Math.min(...steps)).toBeGreaterThan(-0.02);
    },
  );
});
