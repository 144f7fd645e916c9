import { expect, test } from 'vitest';
import { seededRandom, systemClock, systemRandom } from '../../../drivers/base/index.ts';

test("the machine's clock never fires before the time asked for", async () => {
  for (const delayMs of [0.4, 1.2, 3.7]) {
    const startMs = systemClock.nowMs();
    await systemClock.sleep(delayMs);
    expect(systemClock.nowMs() - startMs).toBeGreaterThanOrEqual(delayMs);
  }
});

test('one seed gives one sequence, evenly spread in [0, 1)', () => {
  const [a, b, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const draws = Array.from({ length: 10_000 }, () => a());

  expect(Array.from({ length: 10_000 }, () => b())).toEqual(draws);
  expect(other()).not.toBe(draws[0]);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / draws.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  }
});

test('chance of the system lies in [0, 1)', () => {
  const draw = systemRandom();
  expect(draw >= 0 && draw < 1).toBe(true);
});
